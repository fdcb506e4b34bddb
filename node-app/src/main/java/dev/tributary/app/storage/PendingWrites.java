package dev.tributary.app.storage;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.StorageException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A bounded FIFO queue between event loops and blocking threads, limited in items and bytes. A taken item counts until
 * {@link #release} is called. Adding never blocks for long: the locked parts are a few instructions.
 */
final class PendingWrites<T> {

    private final String itemName;
    private final int limit;
    private final long byteLimit;
    private final Queue<T> queue = new ArrayDeque<>();
    private int admitted;
    private long admittedBytes;
    private boolean closed;

    /**
     * @param itemName plural name of the items, for the error message
     * @param limit maximum number of items queued or in progress
     * @param byteLimit maximum number of their bytes together; a larger item is admitted alone
     */
    PendingWrites(String itemName, int limit, long byteLimit) {
        this.itemName = itemName;
        this.limit = limit;
        this.byteLimit = byteLimit;
    }

    /** Admits the item, or throws {@link NodeBusyException} when full and {@link StorageException} when closed. */
    synchronized void add(T item, long bytes) {
        if (closed) {
            throw StorageException.closed();
        }
        if (admitted == limit || (admitted > 0 && admittedBytes + bytes > byteLimit)) {
            throw new NodeBusyException(itemName, admitted);
        }
        admitted++;
        admittedBytes += bytes;
        queue.add(item);
        notify();
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
    synchronized void release(int items, long bytes) {
        admitted -= items;
        admittedBytes -= bytes;
    }

    /** Refuses further items; queued items can still be taken. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
