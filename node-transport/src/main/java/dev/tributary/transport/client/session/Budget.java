package dev.tributary.transport.client.session;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all sessions share. Safe to use from any thread. */
final class Budget {

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    Budget(long limit) {
        this.limit = limit;
    }

    /** Takes them if they are there. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= limit) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /** The same, but what is too large for the whole of it may be there alone. */
    boolean takeOrBeAlone(long bytes) {
        return take(bytes) || taken.compareAndSet(0, bytes);
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }

    long taken() {
        return taken.get();
    }

    long limit() {
        return limit;
    }
}
