package dev.tributary.app.node;

import dev.tributary.app.archive.TransferredContract;
import dev.tributary.app.storage.FileContractStore;
import dev.tributary.core.Node;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.http.HttpBody;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.http.JsonObject;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The store of a running node, for the commands of its operator: reads of the store itself, which ask no other node and
 * do not count as demand. Scripts in a browser are refused, since the pages tell what this node's clients asked for.
 */
final class StorePages {

    private static final String KEY = "key=";

    private final FileContractStore store;
    private final Node node;

    StorePages(FileContractStore store, Node node) {
        this.store = store;
        this.node = node;
    }

    Map<String, HttpPage> byPath() {
        return Map.of(
                "/store/contracts", guarded(request -> contracts()),
                "/store/contract", guarded(request -> content(request, TransferredContract::encode)),
                "/store/code",
                        guarded(request -> content(
                                request,
                                stored -> stored.contract().code().bytes().toArray())));
    }

    private static HttpPage guarded(HttpPage page) {
        return request -> request.isFromBrowser()
                ? Mono.just(HttpReply.text(403, "this page is for commands, not for web pages"))
                : page.handle(request)
                        .onErrorResume(
                                NodeBusyException.class, e -> Mono.just(HttpReply.text(503, "the store is busy")))
                        .onErrorResume(
                                NodeException.class,
                                e -> Mono.just(HttpReply.text(500, String.valueOf(e.getMessage()))))
                        .map(reply -> reply.withHeader("Cache-Control", "no-store"));
    }

    private Mono<HttpReply> contracts() {
        return HeldContracts.of(store, node).map(held -> HttpReply.json(200, json(held)));
    }

    private Mono<HttpReply> content(HttpQuery request, Function<StoredContract, byte[]> encoding) {
        ContractInstanceId id;
        try {
            id = ContractInstanceId.parse(
                    request.query().startsWith(KEY) ? request.query().substring(KEY.length()) : "");
        } catch (IllegalArgumentException invalid) {
            return Mono.just(HttpReply.text(400, "the query must be key=ID: " + invalid.getMessage()));
        }
        return store.read(id)
                .map(stored ->
                        HttpReply.of(200, "application/octet-stream", new HttpBody.Bytes(encoding.apply(stored))))
                .defaultIfEmpty(HttpReply.text(404, "this node does not store contract " + id));
    }

    private static String json(HeldContracts held) {
        return new JsonObject()
                .put(
                        "contracts",
                        held.listing().entries().stream().map(StorePages::json).toList())
                .put("ids", held.ids())
                .put("hidden", held.hidden())
                .toString();
    }

    private static JsonObject json(StoreEntry entry) {
        return new JsonObject()
                .put("key", entry.key())
                .put("codeHash", entry.key().code())
                .put("sha256", entry.digest().bytes().toHex())
                .put("bytes", entry.bytes())
                .put("codeBytes", entry.codeBytes())
                .put("changed", entry.changed())
                .put("clientPut", entry.demand().isClientPut())
                .put("pinned", entry.demand().isPinned())
                .put("requested", entry.demand().lastRequested())
                .put("weight", Double.toString(entry.demand().weight()));
    }
}
