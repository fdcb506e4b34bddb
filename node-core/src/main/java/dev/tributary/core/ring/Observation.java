package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TimeSource;
import java.util.concurrent.atomic.AtomicBoolean;

/** One exchange under way, as the node that asked sees it. Only its first end counts. */
public final class Observation {

    private static final long NOT_YET = Long.MIN_VALUE;

    private final RoutingHistory history;
    private final PeerId peer;
    private final double span;
    private final TimeSource time;
    private final long began;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile long took = NOT_YET;

    Observation(RoutingHistory history, PeerId peer, RingLocation target, TimeSource time) {
        this.history = history;
        this.peer = peer;
        this.span = Event.span(peer.location().distanceTo(target));
        this.time = time;
        this.began = time.nanos();
    }

    /** The peer's reply is here; what becomes of it takes this node's own time, not the peer's. */
    public void replied() {
        took = time.nanos() - began;
    }

    /** This is how it ended. */
    public void ended(Outcome outcome) {
        if (over.compareAndSet(false, true)) {
            long now = time.nanos();
            history.record(new Event(peer, span, outcome, took == NOT_YET ? now - began : took, now));
        }
    }

    /** There was no more time for it: the peer's fault, if it is still not known what it says. */
    public void timeIsOver() {
        if (took == NOT_YET) {
            ended(Outcome.SILENT);
        }
    }
}
