package dev.tributary.core.loop;

import reactor.core.scheduler.Scheduler;

/**
 * The threads of a node's loop.
 *
 * @param loop one thread, which handles every event
 * @param timer runs timeouts and pauses, and nothing else
 * @param callbacks the threads on which subscribers are called
 */
public record LoopSchedulers(Scheduler loop, Scheduler timer, Scheduler callbacks) {}
