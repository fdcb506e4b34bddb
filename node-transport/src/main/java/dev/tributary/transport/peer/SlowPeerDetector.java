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
 * Detects slow peers: a send was refused because the send queue is full, and nothing was written to the socket for the
 * whole timeout. A refusal starts the detection if it is not running. It ends when the queue is no longer more than
 * half full, not at the first progress: socket buffers accept some bytes even if the peer never reads.
 */
final class SlowPeerDetector {

    // Number of checks within the timeout: a suspension of the whole node counts as one check only.
    private static final int CHECKS = 5;

    private final long interval;
    private final Scheduler timer;
    private final Executor loop;
    private final LongSupplier progress;
    private final BooleanSupplier halfFull;
    private final Runnable onSlowPeer;
    private final Disposable.Swap timerTask = Disposables.swap();
    private boolean running;

    /**
     * @param timeout duration without progress after which the peer is too slow
     * @param loop the link's event loop, on which the functions are called
     * @param progress number of bytes written to the socket so far
     * @param halfFull whether the queue is more than half full
     */
    SlowPeerDetector(
            Duration timeout,
            Scheduler timer,
            Executor loop,
            LongSupplier progress,
            BooleanSupplier halfFull,
            Runnable onSlowPeer) {
        this.interval = Math.max(1, timeout.toMillis() / CHECKS);
        this.timer = timer;
        this.loop = loop;
        this.progress = progress;
        this.halfFull = halfFull;
        this.onSlowPeer = onSlowPeer;
    }

    /** Starts the detection after a refused send. Any thread. */
    void onSendRefused() {
        loop.execute(this::start);
    }

    /** Stops the detection permanently. Any thread. */
    void stop() {
        timerTask.dispose();
    }

    private void start() {
        if (!running && !timerTask.isDisposed()) {
            running = true;
            scheduleCheck(progress.getAsLong(), CHECKS);
        }
    }

    private void scheduleCheck(long before, int checksLeft) {
        timerTask.replace(timer.schedule(
                () -> loop.execute(() -> check(before, checksLeft - 1)), interval, TimeUnit.MILLISECONDS));
    }

    private void check(long before, int checksLeft) {
        if (timerTask.isDisposed()) {
            return;
        }
        long now = progress.getAsLong();
        if (now == before && checksLeft == 0) {
            onSlowPeer.run();
        } else if (now == before) {
            scheduleCheck(before, checksLeft);
        } else if (halfFull.getAsBoolean()) {
            scheduleCheck(now, CHECKS);
        } else {
            running = false;
        }
    }
}
