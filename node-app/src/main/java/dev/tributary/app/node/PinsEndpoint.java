package dev.tributary.app.node;

import dev.tributary.core.Node;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.http.JsonObject;
import reactor.core.publisher.Mono;

/** Pins a contract with the query {@code pin=KEY}, and unpins it with {@code unpin=KEY}. */
final class PinsEndpoint implements HttpPage {

    static final String PATH = "/pins";

    private static final String PIN = "pin=";
    private static final String UNPIN = "unpin=";

    private final Node node;

    PinsEndpoint(Node node) {
        this.node = node;
    }

    @Override
    public boolean takesCommands() {
        return true;
    }

    @Override
    public Mono<HttpReply> handle(HttpQuery request) {
        String query = request.query();
        boolean pins = query.startsWith(PIN);
        if (!request.method().equals("POST") || !(pins || query.startsWith(UNPIN))) {
            return Mono.just(HttpReply.text(400, "this page needs POST and the query pin=KEY or unpin=KEY"));
        }
        String key = query.substring(pins ? PIN.length() : UNPIN.length());
        return ContractPage.answer(key, id -> setPinned(id, pins));
    }

    private Mono<HttpReply> setPinned(ContractInstanceId id, boolean pins) {
        return (pins ? node.pin(id) : node.unpin(id))
                .map(key -> HttpReply.json(200, json(key, pins)))
                .onErrorResume(NodeException.class, failure -> Mono.just(refusal(id, failure)));
    }

    private static String json(ContractKey key, boolean pinned) {
        JsonObject json = new JsonObject().put("key", key).put("codeHash", key.code());
        return json.put("pinned", pinned).toString();
    }

    private static HttpReply refusal(ContractInstanceId id, NodeException failure) {
        return failure.kind() == NodeException.Kind.CONTRACT_NOT_FOUND
                ? HttpReply.text(404, "not found: contract " + id)
                : ContractPage.failure(failure);
    }
}
