package dev.tributary.core.engine;

import reactor.core.scheduler.Scheduler;

/** The threads on which a node runs. */
public interface EngineThreads {

    /** One thread, on which every event is handled. */
    Scheduler loop();

    /** One thread that measures deadlines and pauses; nothing else runs on it. */
    Scheduler timer();

    /** Where contracts run. */
    Scheduler contracts();

    /** Where results leave the node and subscribers are called. */
    Scheduler callbacks();
}
