package dev.tributary.transport.peer;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Notices that the peer is too slow: a send was refused since the outbound queue is full, and nothing more could be given
 * to the socket for the whole limit. A refusal begins a watch if none is under way; it ends when the queue is no longer
 * crowded, not with the first progress: the socket itself takes a little from a peer that never reads.
 */
final class SlowWatch {

    // Several looks, one after the other on the event loop: a node that was itself suspended counts that as one of
    // them.
    private static final int LOOKS = 5;

    private final long interval;
    private final Scheduler timer;
    private final Executor loop;
    private final LongSupplier progress;
    private final BooleanSupplier crowded;
    private final Runnable tooSlow;
    private final Disposable.Swap next = Disposables.swap();
    private boolean watching;

    /**
     * @param limit after how long without progress the peer is too slow
     * @param loop the link's event loop, where the functions are called
     * @param progress what the socket was given so far: grows with every message or part of one
     * @param crowded whether the queue still holds much
     */
    SlowWatch(
            Duration limit,
            Scheduler timer,
            Executor loop,
            LongSupplier progress,
            BooleanSupplier crowded,
            Runnable tooSlow) {
        this.interval = Math.max(1, limit.toMillis() / LOOKS);
        this.timer = timer;
        this.loop = loop;
        this.progress = progress;
        this.crowded = crowded;
        this.tooSlow = tooSlow;
    }

    /** A send was refused. Any thread. */
    void refused() {
        loop.execute(this::begin);
    }

    /** Ends the watch for good. Any thread. */
    void stop() {
        next.dispose();
    }

    private void begin() {
        if (!watching && !next.isDisposed()) {
            watching = true;
            lookLater(progress.getAsLong(), LOOKS);
        }
    }

    private void lookLater(long before, int looks) {
        next.replace(timer.schedule(
                () -> loop.execute(() -> look(before, looks - 1)), interval, TimeUnit.MILLISECONDS));
    }

    private void look(long before, int looks) {
        if (next.isDisposed()) {
            return;
        }
        long now = progress.getAsLong();
        if (now == before && looks == 0) {
            tooSlow.run();
        } else if (now == before) {
            lookLater(before, looks);
        } else if (crowded.getAsBoolean()) {
            lookLater(now, LOOKS);
        } else {
            watching = false;
        }
    }
}
