package dev.tributary.transport.client.session;

/**
 * What one session has of a budget: the first mebibyte is its own, the rest is everybody's. Safe to use from any thread.
 */
final class Lease {

    private static final long OWN = 1 << 20;

    private final Budget shared;
    private long borrowed;
    private boolean closed;

    Lease(Budget shared) {
        this.shared = shared;
    }

    /** Holds so many bytes from now on, or throws {@link SessionEndException} if they are not there. */
    synchronized void resize(long bytes) {
        if (closed) {
            return;
        }
        long more = Math.max(0, bytes - OWN) - borrowed;
        if (more > 0 && !shared.take(more)) {
            throw new SessionEndException(
                    SessionEndException.TRY_LATER,
                    "unfinished messages of all clients may have " + shared.limit() + " bytes");
        }
        if (more < 0) {
            shared.giveBack(-more);
        }
        borrowed += more;
    }

    /** Gives everything back; nothing is taken any more. */
    synchronized void close() {
        resize(0);
        closed = true;
    }
}
