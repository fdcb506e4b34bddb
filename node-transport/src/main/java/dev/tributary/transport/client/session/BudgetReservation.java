package dev.tributary.transport.client.session;

import dev.tributary.core.limit.Permits;

/** One session's reservation in a byte budget. The first mebibyte of each session is free. Thread-safe. */
final class BudgetReservation {

    /** Number of bytes that each session may hold without taking them from the shared budget. */
    private static final long FREE_BYTES = 1 << 20;

    private final Permits shared;
    private long taken;
    private boolean closed;

    BudgetReservation(Permits shared) {
        this.shared = shared;
    }

    /** Changes the reservation to this many bytes. Throws {@link SessionClosedException} if the budget is exhausted. */
    synchronized void resize(long bytes) {
        if (closed) {
            return;
        }
        long more = Math.max(0, bytes - FREE_BYTES) - taken;
        if (more > 0 && !shared.tryAcquire(more)) {
            throw new SessionClosedException(
                    SessionClosedException.TRY_LATER,
                    "partial messages of all clients exceed " + shared.limit() + " bytes");
        }
        if (more < 0) {
            shared.release(-more);
        }
        taken += more;
    }

    /** Releases the reservation. Later calls of {@link #resize} have no effect. */
    synchronized void close() {
        resize(0);
        closed = true;
    }
}
