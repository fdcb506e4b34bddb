package dev.tributary.transport.client.http;

import reactor.core.publisher.Mono;

/** Handles requests for one path, or for all paths below it. Called on an event loop: it must not block. */
@FunctionalInterface
public interface HttpPage {

    /** Returns the reply. An error is logged and answered with status 500. */
    Mono<HttpReply> handle(HttpQuery request);

    /** Whether the page also handles POST, which changes the node: never for web pages, and always without a body. */
    default boolean takesCommands() {
        return false;
    }
}
