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

    private final String name;
    private final long total;
    private final long perOwner;
    private final @Nullable MemoryPart part;
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
        this(name, total, perOwner, null);
    }

    /** @param part where the bytes count too, and which must have room for them; null for none */
    MemoryBudget(String name, long total, long perOwner, @Nullable MemoryPart part) {
        if (perOwner < 1 || perOwner > total) {
            throw new IllegalArgumentException(
                    "the share of " + name + " must be in 1.." + total + " bytes, not " + perOwner);
        }
        this.name = name;
        this.total = total;
        this.perOwner = perOwner;
        this.part = part;
    }

    /** Takes the bytes if the owner's share and the total allow it; otherwise returns false and takes none. */
    public synchronized boolean tryAcquire(Object owner, long bytes) {
        long own = usedBy.getOrDefault(owner, 0L) + bytes;
        if (bytes == 0) {
            return true;
        }
        if (own > perOwner || own > FREE_FACTOR * (free() - bytes) || (part != null && !part.tryAcquire(bytes))) {
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
        return Math.max(0, Math.min(perOwner - own, (FREE_FACTOR * free() - own) / (FREE_FACTOR + 1)));
    }

    private long free() {
        return part == null ? total - used : Math.min(total - used, part.free());
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
