package dev.tributary.app.node;

import dev.tributary.core.Node;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.http.JsonObject;
import reactor.core.publisher.Mono;

/** Removes a contract from this node, with the query {@code key=KEY}. */
final class DropEndpoint implements HttpPage {

    static final String PATH = "/store/drop";

    private static final String KEY = "key=";

    private final Node node;

    DropEndpoint(Node node) {
        this.node = node;
    }

    @Override
    public boolean takesCommands() {
        return true;
    }

    @Override
    public Mono<HttpReply> handle(HttpQuery request) {
        if (!request.method().equals("POST") || !request.query().startsWith(KEY)) {
            return Mono.just(HttpReply.text(400, "this page needs POST and the query key=KEY"));
        }
        return ContractPage.answer(request.query().substring(KEY.length()), this::drop);
    }

    private Mono<HttpReply> drop(ContractInstanceId id) {
        return node.drop(id)
                .map(dropped -> HttpReply.json(
                        200,
                        new JsonObject()
                                .put("key", id)
                                .put("dropped", dropped.booleanValue())
                                .toString()))
                .onErrorResume(NodeException.class, failure -> Mono.just(ContractPage.failure(failure)));
    }
}
