package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * PendingHandshakes that are under way, oldest first. One more than the limit displaces the oldest: an honest handshake is over in
 * milliseconds, and one that is silent is the first to go. Safe to use from any thread.
 */
final class PendingHandshakes {

    private final int limit;
    private final Set<Handshake> pending = new LinkedHashSet<>();
    private @Nullable CloseReason closed;

    PendingHandshakes(int limit) {
        this.limit = limit;
    }

    void add(Handshake handshake) {
        CloseReason refusal = null;
        Handshake displaced = handshake;
        synchronized (this) {
            if (closed != null) {
                refusal = closed;
            } else if (pending.add(handshake) && pending.size() > limit) {
                displaced = pending.iterator().next();
                pending.remove(displaced);
                refusal = new CloseReason(
                        CloseReason.Kind.CROWDED, "more than " + limit + " connections wait to be confirmed");
            }
        }
        if (refusal != null) {
            displaced.refuse(refusal);
        }
    }

    synchronized void remove(Handshake handshake) {
        pending.remove(handshake);
    }

    synchronized int count() {
        return pending.size();
    }

    /** Gives up those under way and each that is added later. */
    void close(CloseReason reason) {
        List<Handshake> rest;
        synchronized (this) {
            closed = reason;
            rest = List.copyOf(pending);
        }
        rest.forEach(handshake -> handshake.refuse(reason));
    }
}
