package dev.tributary.app.storage;

import dev.tributary.core.watchdog.Watched;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The store's writer as the watchdog sees it: a step is a group commit and what follows; changes may wait for it. */
final class WatchedWriter implements Watched {

    private final Thread thread;
    private final AtomicLong steps = new AtomicLong();
    private volatile long stepSince = IDLE;

    WatchedWriter(Thread thread) {
        this.thread = thread;
    }

    /** Runs one step. Writer thread only. */
    void step(Runnable work) {
        stepSince = System.nanoTime();
        work.run();
        stepSince = IDLE;
        steps.incrementAndGet();
    }

    @Override
    public String name() {
        return "store writer";
    }

    @Override
    public long limitNanos() {
        return WriteGate.STUCK.toNanos();
    }

    @Override
    public long steps() {
        return steps.get();
    }

    @Override
    public long stepSince() {
        return stepSince;
    }

    @Override
    public @Nullable Thread thread() {
        return thread;
    }

    @Override
    public String work() {
        return "a group commit";
    }
}
