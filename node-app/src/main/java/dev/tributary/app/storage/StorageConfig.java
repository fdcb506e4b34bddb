package dev.tributary.app.storage;

/**
 * How contracts are kept on disk.
 *
 * @param durability what a commit waits for
 * @param inlineLimit the largest state, in bytes, that is kept in the index; a larger one gets its own file
 * @param pendingChanges how many commits and removals may wait or be under way; the next is refused as busy
 * @param pendingBytes how many bytes they may hold together; a change larger than this is admitted alone
 * @param readers how many threads read
 * @param pendingReads how many reads may wait or be under way; the next is refused as busy
 * @param cacheBytes how much memory each of the two caches may use: pages of the index, and contract code
 */
public record StorageConfig(
        Durability durability,
        int inlineLimit,
        int pendingChanges,
        long pendingBytes,
        int readers,
        int pendingReads,
        long cacheBytes) {

    /** Beyond it a record of the index would displace too many others from its page. */
    private static final int LARGEST_INLINE_LIMIT = 1 << 20;

    /** Up to here one more record in a shared sync is cheaper than a file and a sync of its own. */
    private static final int INLINE_LIMIT = 128 << 10;

    private static final int PENDING_CHANGES = 4_096;
    private static final long PENDING_BYTES = 256L << 20;
    private static final int READERS = 4;
    private static final int PENDING_READS = 4_096;
    private static final long CACHE_BYTES = 32L << 20;

    public StorageConfig {
        requireRange("inlineLimit", inlineLimit, 0, LARGEST_INLINE_LIMIT);
        requireRange("pendingChanges", pendingChanges, 1, 1_000_000);
        requireRange("pendingBytes", pendingBytes, 1, Long.MAX_VALUE);
        requireRange("readers", readers, 1, 256);
        requireRange("pendingReads", pendingReads, 1, 1_000_000);
        requireRange("cacheBytes", cacheBytes, 1L << 20, 1L << 40);
    }

    /** Synced commits and modest memory. */
    public static StorageConfig defaults() {
        return new StorageConfig(
                Durability.SYNC, INLINE_LIMIT, PENDING_CHANGES, PENDING_BYTES, READERS, PENDING_READS, CACHE_BYTES);
    }

    public StorageConfig withDurability(Durability changed) {
        return new StorageConfig(changed, inlineLimit, pendingChanges, pendingBytes, readers, pendingReads, cacheBytes);
    }

    public StorageConfig withInlineLimit(int changed) {
        return new StorageConfig(durability, changed, pendingChanges, pendingBytes, readers, pendingReads, cacheBytes);
    }

    public StorageConfig withPending(int changes, long bytes) {
        return new StorageConfig(durability, inlineLimit, changes, bytes, readers, pendingReads, cacheBytes);
    }

    public StorageConfig withReaders(int threads, int pending) {
        return new StorageConfig(durability, inlineLimit, pendingChanges, pendingBytes, threads, pending, cacheBytes);
    }

    public StorageConfig withCacheBytes(long changed) {
        return new StorageConfig(durability, inlineLimit, pendingChanges, pendingBytes, readers, pendingReads, changed);
    }

    private static void requireRange(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be in " + least + ".." + most + ", not " + value);
        }
    }
}
