package dev.tributary.transport.client.session;

import java.util.concurrent.atomic.AtomicLong;

/** Byte budget that all sessions share. Thread-safe. */
final class ByteBudget {

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Takes the bytes if the budget has them left; otherwise returns false and takes nothing. */
    boolean tryAcquire(long bytes) {
        if (used.addAndGet(bytes) <= limit) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    /** Like {@link #tryAcquire}, but also succeeds beyond the limit while nothing else is taken. */
    boolean tryAcquireOrExclusive(long bytes) {
        return tryAcquire(bytes) || used.compareAndSet(0, bytes);
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }

    long limit() {
        return limit;
    }
}
