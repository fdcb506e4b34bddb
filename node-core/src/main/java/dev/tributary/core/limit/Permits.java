package dev.tributary.core.limit;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Counts permits in use, such as slots or bytes, against a limit. Does not block. Thread-safe. */
public final class Permits {

    private final long limit;
    private final @Nullable MemoryPart part;
    private final AtomicLong used = new AtomicLong();

    public Permits(long limit) {
        this(limit, null);
    }

    /** @param part where the permits, which are bytes, count too, and which must have room for them; null for none */
    Permits(long limit, @Nullable MemoryPart part) {
        this.limit = limit;
        this.part = part;
    }

    /** Takes the permits if that many are free; otherwise returns false and takes none. */
    public boolean tryAcquire(long count) {
        return tryAcquire(count, limit);
    }

    /** As {@link #tryAcquire(long)}, with a limit for this caller in place of the common one. */
    public boolean tryAcquire(long count, long callerLimit) {
        long highest = callerLimit - count;
        if (used.getAndUpdate(now -> now <= highest ? now + count : now) > highest) {
            return false;
        }
        if (part != null && !part.tryAcquire(count)) {
            used.addAndGet(-count);
            return false;
        }
        return true;
    }

    /** As {@link #tryAcquire(long)}, but also succeeds beyond the limit if no permit is in use. */
    public boolean tryAcquireOrExclusive(long count) {
        if (tryAcquire(count)) {
            return true;
        }
        boolean isAlone = used.compareAndSet(0, count);
        if (isAlone && part != null) {
            part.acquire(count);
        }
        return isAlone;
    }

    /** Takes the permits, also beyond the limit; returns the number in use after that. */
    public long acquire(long count) {
        if (part != null) {
            part.acquire(count);
        }
        return used.addAndGet(count);
    }

    /** Returns permits that were taken; returns the number in use after that. */
    public long release(long count) {
        if (part != null) {
            part.release(count);
        }
        return used.addAndGet(-count);
    }

    /** Whether no permit is free. */
    public boolean isExhausted() {
        return used.get() >= limit || (part != null && part.free() == 0);
    }

    /** Number of permits in use. */
    public long used() {
        return used.get();
    }

    public long limit() {
        return limit;
    }
}
