package dev.tributary.core.storage;

/**
 * The disk space of a store.
 *
 * @param allocated bytes that the store occupies on the disk, metadata and unused parts of its files included
 * @param free bytes that it may occupy in addition; negative if the disk has less than the store wants to leave free
 */
public record StoreSpace(long allocated, long free) {

    /** Occupied and free bytes together: what others write on the same disk makes it smaller. */
    public long reachable() {
        return Math.max(0, allocated + free);
    }
}
