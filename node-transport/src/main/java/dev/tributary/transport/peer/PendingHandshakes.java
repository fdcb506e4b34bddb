package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The outbound handshakes in progress, whose number the node's own dials limit. Safe for any thread. */
final class PendingHandshakes {

    private final Set<Handshake> pending = new HashSet<>();
    private @Nullable CloseReason closed;

    void add(Handshake handshake) {
        CloseReason refusal = addUnlessClosed(handshake);
        if (refusal != null) {
            handshake.refuse(refusal);
        }
    }

    private synchronized @Nullable CloseReason addUnlessClosed(Handshake handshake) {
        if (closed == null) {
            pending.add(handshake);
        }
        return closed;
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
