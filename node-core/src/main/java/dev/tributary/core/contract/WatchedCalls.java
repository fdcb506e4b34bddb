package dev.tributary.core.contract;

import dev.tributary.core.watchdog.Watched;
import org.jspecify.annotations.Nullable;

/** The contract threads as the watchdog sees them: the step in progress is the call that has run longest; others may wait for it. */
final class WatchedCalls implements Watched {

    private final FairQueue queue;

    WatchedCalls(FairQueue queue) {
        this.queue = queue;
    }

    @Override
    public String name() {
        return "contract calls";
    }

    @Override
    public long limitNanos() {
        return FairQueue.CALL_TIME.toNanos();
    }

    /** Not a number: the start of the longest call, which changes when that call ends. */
    @Override
    public long steps() {
        return stepSince();
    }

    @Override
    public long stepSince() {
        ScheduledCall call = queue.longestRunning();
        return call == null ? IDLE : call.startedAt();
    }

    @Override
    public @Nullable Thread thread() {
        ScheduledCall call = queue.longestRunning();
        return call == null ? null : call.thread();
    }

    @Override
    public String work() {
        ScheduledCall call = queue.longestRunning();
        return call == null ? "no call" : "a call of contract " + call.contract() + ", " + call.callClass();
    }
}
