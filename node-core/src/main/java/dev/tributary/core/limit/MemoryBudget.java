package dev.tributary.core.limit;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A number of bytes that peers can make the node hold, shared by all of them. One owner, such as a peer with all its
 * links, gets at most a fixed share, and never more than twice what then stays free: the first owners cannot take
 * everything, and later ones find something left. Does not block. Thread-safe.
 */
public final class MemoryBudget {

    /** An owner holds at most this multiple of what is free: with two, the first three leave a tenth to the others. */
    private static final int FREE_FACTOR = 2;

    /** The same where the bytes come out of a pool: the largest message must fit beside a request of its size. */
    private static final int POOL_FREE_FACTOR = 3;

    /** The same for the uses of a pool, of which each has bytes of its own besides. */
    private static final int USE_FREE_FACTOR = 4;

    private final String name;
    private final long total;
    private final long perOwner;
    private final @Nullable MemoryPart part;
    private final int freeFactor;
    private final Map<Object, Long> usedBy = new HashMap<>();
    private long used;

    /**
     * Creates a budget with all bytes free.
     *
     * @param name what the bytes are, for people
     * @param total maximum number of bytes of all owners
     * @param perOwner maximum number of bytes of one owner
     */
    public MemoryBudget(String name, long total, long perOwner) {
        this(name, total, perOwner, null, FREE_FACTOR);
    }

    /** A budget whose bytes count in a part of the plan too, which must have room for them. */
    static MemoryBudget of(MemoryPart part, String name, long total, long perOwner) {
        return new MemoryBudget(name, total, perOwner, part, FREE_FACTOR);
    }

    /** The bytes that all uses of a pool share: its owners are their parts. */
    static MemoryBudget shared(String name, long total) {
        return new MemoryBudget(name, total, total, null, USE_FREE_FACTOR);
    }

    private MemoryBudget(String name, long total, long perOwner, @Nullable MemoryPart part, int freeFactor) {
        if (perOwner < 1 || perOwner > total) {
            throw new IllegalArgumentException(
                    "the share of " + name + " must be in 1.." + total + " bytes, not " + perOwner);
        }
        this.name = name;
        this.total = total;
        this.perOwner = perOwner;
        this.part = part;
        this.freeFactor = freeFactor;
    }

    /** Takes the bytes if the owner's share and the total allow it; otherwise returns false and takes none. */
    public synchronized boolean tryAcquire(Object owner, long bytes) {
        long own = usedBy.getOrDefault(owner, 0L) + bytes;
        if (bytes == 0) {
            return true;
        }
        if (own > perOwner || own > freeFactor * (total - used - bytes) || !tryAcquireInPool(own, bytes)) {
            return false;
        }
        used += bytes;
        usedBy.put(owner, own);
        return true;
    }

    /** Returns bytes that the owner took. */
    public synchronized void release(Object owner, long bytes) {
        if (bytes == 0) {
            return;
        }
        Long own = usedBy.get(owner);
        if (own == null || own < bytes) {
            throw new IllegalStateException(owner + " returns " + bytes + " bytes of " + name + ", it has " + own);
        }
        used -= bytes;
        if (part != null) {
            part.release(bytes);
        }
        if (own == bytes) {
            usedBy.remove(owner);
        } else {
            usedBy.put(owner, own - bytes);
        }
    }

    /** Number of bytes that this owner could take now. */
    synchronized long available(Object owner) {
        long own = usedBy(owner);
        return Math.max(0, Math.min(perOwner - own, (freeFactor * (total - used) - own) / (freeFactor + 1)));
    }

    private boolean tryAcquireInPool(long own, long bytes) {
        return part == null || (own <= POOL_FREE_FACTOR * (part.free() - bytes) && part.tryAcquire(bytes));
    }

    /** Opens an account for one user of the owner's share, such as one link. */
    public Account account(Object owner) {
        return new Account(owner);
    }

    /** Number of bytes that all owners hold. */
    public synchronized long used() {
        return used;
    }

    /** Number of bytes that this owner holds. */
    public synchronized long usedBy(Object owner) {
        return usedBy.getOrDefault(owner, 0L);
    }

    /** Maximum number of bytes of all owners. */
    public long total() {
        return total;
    }

    /** Maximum number of bytes of one owner. */
    public long perOwner() {
        return perOwner;
    }

    /** What the bytes are, for people. */
    public String name() {
        return name;
    }

    /** The part of an owner's share that one user holds. Closing it returns all of it. Thread-safe. */
    public final class Account implements AutoCloseable {

        private final Object owner;
        private long held;
        private boolean closed;

        private Account(Object owner) {
            this.owner = owner;
        }

        /** Takes the bytes if the budget allows it; a closed account takes none. */
        public synchronized boolean tryAcquire(long bytes) {
            boolean taken = !closed && MemoryBudget.this.tryAcquire(owner, bytes);
            held += taken ? bytes : 0;
            return taken;
        }

        /** Returns bytes that were taken; a closed account has returned them already. */
        public synchronized void release(long bytes) {
            if (!closed && bytes > 0) {
                held -= bytes;
                MemoryBudget.this.release(owner, bytes);
            }
        }

        /** Number of bytes that this account holds. */
        public synchronized long held() {
            return held;
        }

        /** Number of bytes that all accounts of the owner hold. */
        public long heldByOwner() {
            return usedBy(owner);
        }

        /** The budget of this account. */
        public MemoryBudget budget() {
            return MemoryBudget.this;
        }

        @Override
        public synchronized void close() {
            if (!closed && held > 0) {
                MemoryBudget.this.release(owner, held);
            }
            closed = true;
            held = 0;
        }
    }
}
