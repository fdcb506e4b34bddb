package dev.tributary.core.loop;

import reactor.core.publisher.Flux;

/**
 * A flow of events that the loop forwards into a source.
 *
 * @param name its name in logs
 * @param events the flow; can be resubscribed after it ended
 */
public record EventFeed<E extends LoopEvent>(String name, Flux<? extends E> events) {}
