package dev.tributary.app.node;

import dev.tributary.core.Node;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpQuery;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.http.JsonObject;
import reactor.core.publisher.Mono;

/** Pauses the reading of all copies with the query {@code pause}, and resumes it with {@code resume}. */
final class ScrubEndpoint implements HttpPage {

    static final String PATH = "/store/scrub";

    private static final String PAUSE = "pause";
    private static final String RESUME = "resume";

    private final Node node;

    ScrubEndpoint(Node node) {
        this.node = node;
    }

    @Override
    public boolean takesCommands() {
        return true;
    }

    @Override
    public Mono<HttpReply> handle(HttpQuery request) {
        boolean pauses = request.query().equals(PAUSE);
        if (!request.method().equals("POST") || !(pauses || request.query().equals(RESUME))) {
            return Mono.just(HttpReply.text(400, "this page needs POST and the query pause or resume"));
        }
        node.setScrubPaused(pauses);
        return Mono.just(
                HttpReply.json(200, new JsonObject().put("paused", pauses).toString()));
    }
}
