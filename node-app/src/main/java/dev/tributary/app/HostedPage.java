package dev.tributary.app;

import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.Holding;
import dev.tributary.transport.client.http.DoorAnswer;
import dev.tributary.transport.client.http.DoorPage;
import dev.tributary.transport.client.http.DoorRequest;
import dev.tributary.transport.client.http.JsonObject;
import java.util.Comparator;
import java.util.List;
import reactor.core.publisher.Mono;

/** Lists the contracts that the node holds, as JSON: about 150 bytes per contract. */
final class HostedPage implements DoorPage {

    private final ContractStore store;

    HostedPage(ContractStore store) {
        this.store = store;
    }

    @Override
    public Mono<DoorAnswer> answer(DoorRequest request) {
        return store.holdings()
                .collectList()
                .map(all -> DoorAnswer.json(200, json(all)).with("Cache-Control", "no-store"));
    }

    private static String json(List<Holding> holdings) {
        List<JsonObject> contracts = holdings.stream()
                .sorted(Comparator.comparing(each -> each.key().toString()))
                .map(each -> new JsonObject()
                        .put("key", each.key())
                        .put("codeHash", each.key().code())
                        .put("bytes", each.bytes()))
                .toList();
        return new JsonObject().put("contracts", contracts).toString();
    }
}
