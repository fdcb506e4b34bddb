package dev.tributary.transport.peer;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Shows that this node is alive, and notices that the peer is not. It looks once an interval: when nothing was sent since
 * the last look, a sign of life is; when nothing was heard for as many looks as make up the limit, the peer is gone. Looks
 * while this node itself does not read do not count: it cannot hear then, and its own signs of life keep the other side
 * from giving up. All but {@link #stop()} runs on the link's event loop.
 */
final class KeepAlive {

    private final long interval;
    private final long patience;
    private final Disposable.Swap looking = Disposables.swap();
    private boolean sent;
    private boolean heard;
    private long silentLooks;

    /** Idle after {@code limit}, rounded up to whole intervals. */
    KeepAlive(Duration interval, Duration limit) {
        this.interval = interval.toMillis();
        this.patience = (limit.toMillis() + this.interval - 1) / this.interval;
    }

    /** Begins to look; {@code look} must call {@link #look} on the event loop. */
    void start(Scheduler timer, Runnable look) {
        lookLater(timer, look);
    }

    private void lookLater(Scheduler timer, Runnable look) {
        Runnable next = () -> {
            lookLater(timer, look);
            look.run();
        };
        // One look after the other: ending a periodic task may wait for a lock, which an event loop must not.
        looking.replace(timer.schedule(next, interval, TimeUnit.MILLISECONDS));
    }

    void stop() {
        looking.dispose();
    }

    void sent() {
        sent = true;
    }

    void heard() {
        heard = true;
    }

    /** What there is to do now. */
    Action look(boolean reading) {
        silentLooks = heard || !reading ? 0 : silentLooks + 1;
        boolean quiet = !sent;
        sent = false;
        heard = false;
        if (silentLooks >= patience) {
            return Action.GIVE_UP;
        }
        return quiet ? Action.SHOW_LIFE : Action.NOTHING;
    }

    /** The outcome of a look. */
    enum Action {
        NOTHING,
        SHOW_LIFE,
        GIVE_UP
    }
}
