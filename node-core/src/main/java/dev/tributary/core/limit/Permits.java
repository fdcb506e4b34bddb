package dev.tributary.core.limit;

import java.util.concurrent.atomic.AtomicLong;

/** Counts permits in use, such as slots or bytes, against a limit. Does not block. Thread-safe. */
public final class Permits {

    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public Permits(long limit) {
        this.limit = limit;
    }

    /** Takes the permits if that many are free; otherwise returns false and takes none. */
    public boolean tryAcquire(long count) {
        return tryAcquire(count, limit);
    }

    /** As {@link #tryAcquire(long)}, with a limit for this caller in place of the common one. */
    public boolean tryAcquire(long count, long callerLimit) {
        long highest = callerLimit - count;
        return used.getAndUpdate(now -> now <= highest ? now + count : now) <= highest;
    }

    /** As {@link #tryAcquire(long)}, but also succeeds beyond the limit if no permit is in use. */
    public boolean tryAcquireOrExclusive(long count) {
        return tryAcquire(count) || used.compareAndSet(0, count);
    }

    /** Takes the permits, also beyond the limit; returns the number in use after that. */
    public long acquire(long count) {
        return used.addAndGet(count);
    }

    /** Returns permits that were taken; returns the number in use after that. */
    public long release(long count) {
        return used.addAndGet(-count);
    }

    /** Number of permits in use. */
    public long used() {
        return used.get();
    }

    public long limit() {
        return limit;
    }
}
