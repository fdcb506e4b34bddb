package dev.tributary.transport.peer;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Notices that the peer is too slow: a send was refused since the outbound queue is full, and from then on nothing more
 * could be given to the socket for the whole limit. A refusal begins a watch if none is under way; progress ends it.
 */
final class SlowWatch {

    // Several looks, one after the other on the event loop: a node that was itself suspended counts that as one of
    // them.
    private static final int LOOKS = 5;

    private final long interval;
    private final Scheduler timer;
    private final Executor loop;
    private final LongSupplier progress;
    private final Runnable tooSlow;
    private final Disposable.Swap next = Disposables.swap();
    private boolean watching;

    /**
     * @param limit after how long without progress the peer is too slow
     * @param loop the link's event loop, where {@code progress} and {@code tooSlow} are called
     * @param progress what the socket was given so far: grows with every message or part of one
     */
    SlowWatch(Duration limit, Scheduler timer, Executor loop, LongSupplier progress, Runnable tooSlow) {
        this.interval = Math.max(1, limit.toMillis() / LOOKS);
        this.timer = timer;
        this.loop = loop;
        this.progress = progress;
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
        next.update(timer.schedule(() -> loop.execute(() -> look(before, looks - 1)), interval, TimeUnit.MILLISECONDS));
    }

    private void look(long before, int looks) {
        if (next.isDisposed()) {
            return;
        }
        if (progress.getAsLong() != before) {
            watching = false;
        } else if (looks == 0) {
            tooSlow.run();
        } else {
            lookLater(before, looks);
        }
    }
}
