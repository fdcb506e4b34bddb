package dev.tributary.transport.client.http;

import reactor.core.publisher.Mono;

/** Answers requests for one path, or for all paths below it. Called on an event loop: it must not block. */
@FunctionalInterface
public interface DoorPage {

    /** One answer. An error is logged and answered with status 500. */
    Mono<DoorAnswer> answer(DoorRequest request);
}
