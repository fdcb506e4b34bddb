package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TimeSource;
import java.util.concurrent.atomic.AtomicBoolean;

/** Measures one exchange in progress, on the requesting node. Only the first recorded end counts. Any thread. */
public final class ExchangeTimer {

    private static final long UNSET = Long.MIN_VALUE;

    private final RoutingHistory history;
    private final PeerId peer;
    private final double span;
    private final TimeSource time;
    private final long startedAt;
    private final AtomicBoolean done = new AtomicBoolean();
    private volatile long duration = UNSET;

    ExchangeTimer(RoutingHistory history, PeerId peer, RingLocation target, TimeSource time) {
        this.history = history;
        this.peer = peer;
        this.span = ExchangeSample.logDistance(peer.location().distanceTo(target));
        this.time = time;
        this.startedAt = time.nanos();
    }

    /** Records the arrival of the reply: processing after this moment is this node's own time, not the peer's. */
    public void onReply() {
        duration = time.nanos() - startedAt;
    }

    /** Records the outcome of the exchange. */
    public void complete(Outcome outcome) {
        if (done.compareAndSet(false, true)) {
            long now = time.nanos();
            history.record(
                    new ExchangeSample(peer, span, outcome, duration == UNSET ? now - startedAt : duration, now));
        }
    }

    /**
     * Records that the peer did not find the contract. It is alive; whether the route was wrong is not known as long as
     * the contract may not exist.
     */
    public void onNotFound() {
        if (done.compareAndSet(false, true)) {
            history.recordAlive(peer);
        }
    }

    /** Records the end of the operation's deadline: counts as no reply if the reply has not arrived. */
    public void onDeadline() {
        if (duration == UNSET) {
            complete(Outcome.NO_REPLY);
        }
    }
}
