package dev.tributary.app.storage;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The configuration of the contract store on disk.
 *
 * @param durability what a commit waits for
 * @param whenDamaged what a start does with an index that is damaged or went back
 * @param inlineLimit maximum size in bytes of a blob stored in the index, 0 to 1 MiB; a larger one gets a file
 * @param pendingChanges maximum number of pending commits and removals, 1 to 1 000 000; beyond it they fail as busy
 * @param pendingBytes maximum number of bytes of pending changes, 1 or more; a larger change is admitted alone
 * @param readers number of reader threads, 1 to 256
 * @param pendingReads maximum number of pending reads, 1 to 1 000 000; beyond it they fail as busy
 * @param cacheBytes maximum memory in bytes of each of the two caches, index pages and code: 1 MiB to 1 TiB
 */
@RecordBuilder
public record StorageConfig(
        Durability durability,
        WhenDamaged whenDamaged,
        int inlineLimit,
        int pendingChanges,
        long pendingBytes,
        int readers,
        int pendingReads,
        long cacheBytes)
        implements StorageConfigBuilder.With {

    /** Upper bound of the inline limit: larger records would displace too many others from their index page. */
    private static final int MAX_INLINE_LIMIT = 1 << 20;

    /** Default inline limit: up to this size, a record in a shared fsync is cheaper than a file with its own fsync. */
    private static final int INLINE_LIMIT = 128 << 10;

    public StorageConfig {
        requireRange("inlineLimit", inlineLimit, 0, MAX_INLINE_LIMIT);
        requireRange("pendingChanges", pendingChanges, 1, 1_000_000);
        requireRange("pendingBytes", pendingBytes, 1, Long.MAX_VALUE);
        requireRange("readers", readers, 1, 256);
        requireRange("pendingReads", pendingReads, 1, 1_000_000);
        requireRange("cacheBytes", cacheBytes, 1L << 20, 1L << 40);
    }

    /** The defaults: commits with fsync, and moderate memory. */
    public static StorageConfig defaults() {
        return StorageConfigBuilder.builder()
                .durability(Durability.SYNC)
                .whenDamaged(WhenDamaged.REFUSE)
                .inlineLimit(INLINE_LIMIT)
                .pendingChanges(4_096)
                .pendingBytes(256L << 20)
                .readers(4)
                .pendingReads(4_096)
                .cacheBytes(32L << 20)
                .build();
    }

    private static void requireRange(String name, long value, long minimum, long maximum) {
        if (value < minimum || value > maximum) {
            throw new IllegalArgumentException(name + " must be in " + minimum + ".." + maximum + ", not " + value);
        }
    }
}
