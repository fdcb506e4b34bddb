package dev.tributary.app.node;

import dev.tributary.core.Node;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.http.JsonObject;
import reactor.core.publisher.Mono;

/**
 * Runs a GET and tells, with the query {@code key=KEY}, what the client API's answer has no place for: whether another
 * host has confirmed the state, and how far away it was found.
 */
final class ExplainEndpoint implements HttpPage {

    static final String PATH = "/explain";

    private static final String KEY = "key=";

    private final Node node;

    ExplainEndpoint(Node node) {
        this.node = node;
    }

    @Override
    public Mono<HttpReply> handle(HttpQuery request) {
        ContractInstanceId id;
        try {
            id = ContractInstanceId.parse(
                    request.query().startsWith(KEY) ? request.query().substring(KEY.length()) : "");
        } catch (IllegalArgumentException invalid) {
            return Mono.just(HttpReply.text(400, "the query must be key=KEY: " + invalid.getMessage()));
        }
        return node.get(id)
                .map(result -> HttpReply.json(200, json(result)))
                .onErrorResume(NodeException.class, failure -> Mono.just(ContractPage.failure(failure)))
                .map(reply -> reply.withHeader("Cache-Control", "no-store"));
    }

    private static String json(GetResult result) {
        JsonObject json = new JsonObject().put("key", result.id()).put("hops", result.hops());
        return switch (result.kind()) {
            case NOT_FOUND -> json.put("found", false).toString();
            case FOUND -> {
                GetResult.Found found = (GetResult.Found) result;
                yield json.put("found", true)
                        .put("confirmed", found.fresh())
                        .put("bytes", found.value().size())
                        .put("sha256", found.value().digest().bytes().toHex())
                        .toString();
            }
        };
    }
}
