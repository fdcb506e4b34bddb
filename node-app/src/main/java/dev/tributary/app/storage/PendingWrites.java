package dev.tributary.app.storage;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.limit.Permits;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A bounded FIFO queue between event loops and blocking threads, limited in items and bytes. A taken item counts until
 * {@link #release} is called. Adding never blocks for long: the locked parts are a few instructions.
 */
final class PendingWrites<T> {

    private final String itemName;
    private final Permits items;
    private final Permits bytes;
    private final Queue<T> queue = new ArrayDeque<>();
    private boolean closed;

    /**
     * @param itemName plural name of the items, for the error message
     * @param limit maximum number of items queued or in progress
     * @param bytes the limit of their bytes together; a larger item is admitted alone
     */
    PendingWrites(String itemName, int limit, Permits bytes) {
        this.itemName = itemName;
        this.items = new Permits(limit);
        this.bytes = bytes;
    }

    /** Admits the item, or throws {@link NodeBusyException} when full and {@link StorageException} when closed. */
    synchronized void add(T item, long size) {
        if (closed) {
            throw StorageException.closed();
        }
        if (!tryAcquire(size)) {
            throw new NodeBusyException(itemName, (int) items.used());
        }
        queue.add(item);
        notify();
    }

    private boolean tryAcquire(long size) {
        if (!items.tryAcquire(1)) {
            return false;
        }
        if (!bytes.tryAcquireOrExclusive(size)) {
            items.release(1);
            return false;
        }
        return true;
    }

    /** Blocks until an item is available and returns it; null when the queue is closed and empty. */
    synchronized @Nullable T take() throws InterruptedException {
        while (queue.isEmpty() && !closed) {
            wait();
        }
        return queue.poll();
    }

    /** The next item, or null if the queue is empty. Does not block. */
    synchronized @Nullable T poll() {
        return queue.poll();
    }

    /** Releases the capacity of items that were taken and are completed. */
    void release(int count, long size) {
        items.release(count);
        bytes.release(size);
    }

    /** Refuses further items; queued items can still be taken. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
