package dev.tributary.transport.peer;

import dev.tributary.transport.wire.FrameReader;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Watches the large messages of one link in both directions: a peer that sends or reads them too slowly makes the node
 * hold their memory. Everything except {@link #stop()} runs on the link's event loop.
 */
final class RateWatch {

    /** Time between two checks, in seconds. */
    private static final int CHECK_SECONDS = 5;

    /** Number of checks below the least rate that is a violation of a sender; a reader has twice as many. */
    private static final int MAX_SLOW_CHECKS = 3;

    private static final String LEAST = " at less than " + TransferRate.LEAST_BYTES_PER_SECOND + " bytes per second";

    private final TransferRate received = new TransferRate(CHECK_SECONDS, MAX_SLOW_CHECKS);
    private final TransferRate sent = new TransferRate(CHECK_SECONDS, 2 * MAX_SLOW_CHECKS);
    private final Disposable.Swap timerTask = Disposables.swap();
    private final FrameReader reader;
    private final BooleanSupplier isReading;
    private final BooleanSupplier hasBacklog;
    private final Consumer<String> onSlow;

    /**
     * Creates a watch that is not started.
     *
     * @param isReading whether the link is read: a peer that waits for this node is not slow
     * @param hasBacklog whether messages wait to be sent
     * @param onSlow called with the detail of a violation
     */
    RateWatch(FrameReader reader, BooleanSupplier isReading, BooleanSupplier hasBacklog, Consumer<String> onSlow) {
        this.reader = reader;
        this.isReading = isReading;
        this.hasBacklog = hasBacklog;
        this.onSlow = onSlow;
    }

    /** Starts the checks, which run on the link's event loop. */
    void start(Scheduler timer, Executor loop) {
        Runnable check = () -> loop.execute(() -> {
            if (!timerTask.isDisposed()) {
                // Scheduled first: a check that fails must not be the last one.
                start(timer, loop);
                check();
            }
        });
        timerTask.replace(timer.schedule(check, CHECK_SECONDS, TimeUnit.SECONDS));
    }

    void stop() {
        timerTask.dispose();
    }

    void onReceived(int bytes) {
        received.onTransferred(bytes);
    }

    void onSent(int bytes) {
        sent.onTransferred(bytes);
    }

    private void check() {
        boolean isReceiving = isReading.getAsBoolean() && reader.isReceivingLarge();
        if (isReceiving) {
            reader.overdueAfter(CHECK_SECONDS, TransferRate.LEAST_BYTES_PER_SECOND)
                    .ifPresent(onSlow);
        }
        if (received.isTooSlow(isReceiving)) {
            onSlow.accept("the peer sends a large message" + LEAST);
        }
        if (sent.isTooSlow(hasBacklog.getAsBoolean())) {
            onSlow.accept("the peer reads" + LEAST + " while messages wait");
        }
    }
}
