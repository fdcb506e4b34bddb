package dev.tributary.core.loop;

import reactor.core.scheduler.Scheduler;

/**
 * The threads of a node's loop.
 *
 * @param loop one thread, on which every event is handled
 * @param timer measures deadlines and pauses; nothing else runs there
 * @param callbacks where subscribers are called
 */
public record LoopSchedulers(Scheduler loop, Scheduler timer, Scheduler callbacks) {}
