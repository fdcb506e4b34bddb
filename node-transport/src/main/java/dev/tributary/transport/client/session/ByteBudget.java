package dev.tributary.transport.client.session;

import java.util.concurrent.atomic.AtomicLong;

/** Byte budget that all sessions share. Thread-safe. */
final class ByteBudget {

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Takes the bytes if the budget has them left; otherwise returns false and takes nothing. */
    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= limit) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    /** Like {@link #take}, but also succeeds beyond the limit while nothing else is taken. */
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
