package dev.tributary.app.node;

import dev.tributary.core.Node;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.http.JsonObject;
import java.util.Comparator;
import java.util.List;
import reactor.core.publisher.Mono;

/** Lists the contracts that the node holds, as JSON: about 170 bytes per contract; and names those that cannot be read. */
final class ContractsEndpoint implements HttpPage {

    private final ContractStore store;
    private final Node node;

    ContractsEndpoint(ContractStore store, Node node) {
        this.store = store;
        this.node = node;
    }

    @Override
    public Mono<HttpReply> handle(HttpQuery request) {
        return HeldContracts.of(store, node)
                .map(all -> HttpReply.json(200, json(all)).withHeader("Cache-Control", "no-store"));
    }

    private static String json(HeldContracts held) {
        List<JsonObject> contracts = held.listing().entries().stream()
                .sorted(Comparator.comparing(each -> each.key().toString()))
                .map(each -> new JsonObject()
                        .put("key", each.key())
                        .put("codeHash", each.key().code())
                        .put("bytes", each.bytes())
                        .put("pinned", each.demand().isPinned()))
                .toList();
        return new JsonObject()
                .put("contracts", contracts)
                .put("unreadable", held.unreadable())
                .put("hidden", held.hidden())
                .toString();
    }
}
