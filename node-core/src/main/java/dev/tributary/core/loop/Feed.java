package dev.tributary.core.loop;

import reactor.core.publisher.Flux;

/**
 * A flow of events from outside into a source of the loop.
 *
 * @param name what restarts when it ends
 * @param events the flow; may be subscribed again after it ended
 */
record Feed<E extends NodeEvent>(String name, Flux<? extends E> events) {}
