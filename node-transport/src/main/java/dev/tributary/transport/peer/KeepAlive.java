package dev.tributary.transport.peer;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Sends keep-alives and detects idle peers, with one check per interval: if nothing was sent since the last check, a
 * keep-alive is sent; if nothing was received during all checks of the idle timeout, the link is closed. Checks do not
 * count while this node does not read, because it cannot receive then; its own keep-alives prevent the peer's idle
 * timeout. Everything except {@link #stop()} runs on the link's event loop.
 */
final class KeepAlive {

    private final long interval;
    private final long maxSilentChecks;
    private final Disposable.Swap timerTask = Disposables.swap();
    private boolean onSent;
    private boolean received;
    private long silentChecks;

    /** Creates a keep-alive with the idle timeout {@code limit}, rounded up to whole intervals. */
    KeepAlive(Duration interval, Duration limit) {
        this.interval = interval.toMillis();
        this.maxSilentChecks = (limit.toMillis() + this.interval - 1) / this.interval;
    }

    /** Starts the checks; {@code check} must call {@link #check} on the event loop. */
    void start(Scheduler timer, Runnable check) {
        scheduleCheck(timer, check);
    }

    private void scheduleCheck(Scheduler timer, Runnable check) {
        Runnable next = () -> {
            scheduleCheck(timer, check);
            check.run();
        };
        // Rescheduled each time: cancelling a periodic task may wait for a lock, which would block the event loop.
        timerTask.replace(timer.schedule(next, interval, TimeUnit.MILLISECONDS));
    }

    void stop() {
        timerTask.dispose();
    }

    void onSent() {
        onSent = true;
    }

    void onReceived() {
        received = true;
    }

    /** Returns the action that is due now. */
    Action check(boolean reading) {
        silentChecks = received || !reading ? 0 : silentChecks + 1;
        boolean sentNothing = !onSent;
        onSent = false;
        received = false;
        if (silentChecks >= maxSilentChecks) {
            return Action.CLOSE_IDLE;
        }
        return sentNothing ? Action.SEND_KEEP_ALIVE : Action.NONE;
    }

    /** The result of a check. */
    enum Action {
        NONE,
        SEND_KEEP_ALIVE,
        CLOSE_IDLE
    }
}
