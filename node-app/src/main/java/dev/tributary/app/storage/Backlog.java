package dev.tributary.app.storage;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.StorageException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Work that waits for threads which may block: first in, first out, bounded in number and bytes. What was taken counts
 * until it is {@link #done}. Adding never waits; the locked parts are a few instructions.
 */
final class Backlog<T> {

    private final String what;
    private final int limit;
    private final long byteLimit;
    private final Queue<T> waiting = new ArrayDeque<>();
    private int admitted;
    private long admittedBytes;
    private boolean closed;

    /**
     * @param what the plural name of the items, for the refusal
     * @param limit how many items are admitted at once
     * @param byteLimit how many bytes they may have together; a larger item is admitted alone
     */
    Backlog(String what, int limit, long byteLimit) {
        this.what = what;
        this.limit = limit;
        this.byteLimit = byteLimit;
    }

    /** Admits the item, or throws {@link NodeBusyException} when full and {@link StorageException} when closed. */
    synchronized void add(T item, long bytes) {
        if (closed) {
            throw StorageException.closed();
        }
        if (admitted == limit || (admitted > 0 && admittedBytes + bytes > byteLimit)) {
            throw new NodeBusyException(what, admitted);
        }
        admitted++;
        admittedBytes += bytes;
        waiting.add(item);
        notify();
    }

    /** The next item, waiting for it; null when the backlog is closed and nothing is left. */
    synchronized @Nullable T take() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        return waiting.poll();
    }

    /** The next item, or null if none waits. */
    synchronized @Nullable T poll() {
        return waiting.poll();
    }

    /** Makes room for others. */
    synchronized void done(int items, long bytes) {
        admitted -= items;
        admittedBytes -= bytes;
    }

    /** Refuses what comes from now on; what waits can still be taken. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
