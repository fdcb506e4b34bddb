package dev.tributary.transport.client.http;

import reactor.core.publisher.Mono;

/** Handles requests for one path, or for all paths below it. Called on an event loop: it must not block. */
@FunctionalInterface
public interface DoorPage {

    /** Returns the reply. An error is logged and answered with status 500. */
    Mono<DoorAnswer> answer(DoorRequest request);
}
