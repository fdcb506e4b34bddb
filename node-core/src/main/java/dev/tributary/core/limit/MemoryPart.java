package dev.tributary.core.limit;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that one use of a {@link MemoryPlan} holds in this process, against its ceiling. In a pool, the first bytes
 * are the use's own, and the others are borrowed from what all uses of the pool share. Does not block. Thread-safe.
 */
final class MemoryPart {

    private final long ceiling;
    private final long own;
    private final @Nullable MemoryBudget shared;
    private long used;
    private long borrowed;

    /** A part outside of any pool. */
    MemoryPart(long ceiling) {
        this(ceiling, ceiling, null);
    }

    /**
     * A part of a pool.
     *
     * @param ceiling maximum number of bytes
     * @param own number of bytes that no other use can take
     * @param shared the rest of the pool, whose owners are the parts
     */
    MemoryPart(long ceiling, long own, @Nullable MemoryBudget shared) {
        this.ceiling = ceiling;
        this.own = own;
        this.shared = shared;
    }

    /** Takes the bytes if the ceiling and the pool allow it; otherwise returns false and takes none. */
    synchronized boolean tryAcquire(long bytes) {
        if (used + bytes > ceiling || !tryBorrow(Math.max(0, used + bytes - own) - borrowed)) {
            return false;
        }
        used += bytes;
        return true;
    }

    /** Takes the bytes in any case. Beyond what the pool has they are not borrowed, and the next ones have to wait. */
    synchronized void acquire(long bytes) {
        used += bytes;
        long missing = Math.max(0, used - own) - borrowed;
        if (missing > 0 && shared != null && !tryBorrow(missing)) {
            tryBorrow(Math.min(missing, shared.available(this)));
        }
    }

    synchronized void release(long bytes) {
        used -= bytes;
        long spare = borrowed - Math.max(0, used - own);
        if (spare > 0 && shared != null) {
            shared.release(this, spare);
            borrowed -= spare;
        }
    }

    /** Number of bytes that could be taken now. */
    synchronized long free() {
        long inPool = shared == null ? Long.MAX_VALUE / 2 : shared.available(this);
        return Math.max(0, Math.min(ceiling - used, Math.max(0, own - used) + inPool));
    }

    synchronized long used() {
        return used;
    }

    long ceiling() {
        return ceiling;
    }

    /** Number of bytes that no other use can take. */
    long own() {
        return own;
    }

    private boolean tryBorrow(long bytes) {
        if (bytes <= 0) {
            return true;
        }
        if (shared == null) {
            return false;
        }
        boolean taken = shared.tryAcquire(this, bytes);
        borrowed += taken ? bytes : 0;
        return taken;
    }
}
