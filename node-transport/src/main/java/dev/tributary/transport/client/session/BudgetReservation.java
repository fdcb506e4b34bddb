package dev.tributary.transport.client.session;

import dev.tributary.core.limit.Permits;

/**
 * One session's reservations in a byte budget that all sessions share. The first bytes of each account are free, so that
 * small requests are served while other sessions use up the budget. Thread-safe.
 */
final class BudgetReservation {

    /** The free bytes of an account are the budget divided by this: twice the default number of connections. */
    private static final long FREE_DIVISOR = 8192;

    /** Minimum number of free bytes of an account. */
    private static final long MIN_FREE_BYTES = 4 << 10;

    private final Permits shared;
    private final Permits own;
    private final long freeBytes;
    private long taken;
    private boolean closed;

    private BudgetReservation(Permits shared, Permits own) {
        this.shared = shared;
        this.own = own;
        this.freeBytes = freeBytes(shared);
    }

    /** Creates the first account of a session, which may take up to three quarters of the budget with all accounts. */
    static BudgetReservation ofSession(Permits shared) {
        return new BudgetReservation(shared, new Permits(shared.limit() - shared.limit() / 4));
    }

    /** Creates a further account of the same session. */
    BudgetReservation account() {
        return new BudgetReservation(shared, own);
    }

    /** Returns the number of bytes of this budget that an account does not have to take. */
    static long freeBytes(Permits budget) {
        return Math.max(MIN_FREE_BYTES, budget.limit() / FREE_DIVISOR);
    }

    /** Changes the reservation to this many bytes. Throws {@link MessageRefusedException} if the budget has no room. */
    synchronized void resize(long bytes) {
        if (closed) {
            return;
        }
        long more = Math.max(0, bytes - freeBytes) - taken;
        if (more > 0) {
            acquire(more);
        } else {
            shared.release(-more);
            own.release(-more);
        }
        taken += more;
    }

    private void acquire(long more) {
        if (!own.tryAcquire(more)) {
            throw new MessageRefusedException("too large: the messages of one client may take " + own.limit()
                    + " bytes until their requests start, and no more fit now");
        }
        if (!shared.tryAcquire(more)) {
            own.release(more);
            throw new MessageRefusedException("busy: the messages of all clients take " + shared.used() + " of "
                    + shared.limit() + " bytes; try again later");
        }
    }

    /** Releases the reservation. Later calls of {@link #resize} have no effect. */
    synchronized void close() {
        resize(0);
        closed = true;
    }
}
