package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The handshakes in progress, oldest first. Beyond the limit the oldest is evicted: a regular handshake takes
 * milliseconds, so silent connections are evicted first. Safe for any thread.
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
        Handshake evicted = handshake;
        synchronized (this) {
            if (closed != null) {
                refusal = closed;
            } else if (pending.add(handshake) && pending.size() > limit) {
                evicted = pending.iterator().next();
                pending.remove(evicted);
                refusal = new CloseReason(
                        CloseReason.Kind.LIMIT_REACHED, "more than " + limit + " handshakes in progress");
            }
        }
        if (refusal != null) {
            evicted.refuse(refusal);
        }
    }

    synchronized void remove(Handshake handshake) {
        pending.remove(handshake);
    }

    synchronized int count() {
        return pending.size();
    }

    /** Refuses all handshakes in progress, and all that are added later. */
    void close(CloseReason reason) {
        List<Handshake> remaining;
        synchronized (this) {
            closed = reason;
            remaining = List.copyOf(pending);
        }
        remaining.forEach(handshake -> handshake.refuse(reason));
    }
}
