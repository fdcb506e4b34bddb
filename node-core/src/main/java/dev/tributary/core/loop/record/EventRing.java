package dev.tributary.core.loop.record;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The latest events in a ring of fixed size. One thread writes, without a lock and without an allocation; any thread
 * reads, and never gets an entry that is half written.
 *
 * <p>Each entry begins with a stamp: an odd number while it is written, an even one when it is complete, and another one
 * in each round of the ring. A reader that finds the same even stamp before and after it has read the entry has read
 * one event.
 */
final class EventRing {

    /** Number of cells of an entry: eight longs, the cache line of most processors. */
    private static final int CELLS = 8;

    private static final int ENDED = 1;
    private static final int WAITING = 2;
    private static final int HANDLING = 3;
    private static final int TRANSACTION_HIGH = 4;
    private static final int TRANSACTION_LOW = 5;
    private static final int KIND = 6;

    private final int mask;
    private final AtomicLongArray cells;
    private final AtomicReferenceArray<@Nullable PeerId> peers;

    /** Number of events written so far. */
    private final AtomicLong written = new AtomicLong();

    /** @param capacity number of events, a power of two */
    EventRing(int capacity) {
        this.mask = capacity - 1;
        this.cells = new AtomicLongArray(capacity * CELLS);
        this.peers = new AtomicReferenceArray<>(capacity);
    }

    int capacity() {
        return mask + 1;
    }

    /** Number of events written so far, of which the latest are in the ring. */
    long written() {
        return written.getAcquire();
    }

    /** Writes an event over the oldest one. Writer thread only. */
    void write(
            int kind,
            @Nullable TransactionId transaction,
            @Nullable PeerId peer,
            long waitingNanos,
            long handlingNanos,
            long endedNanos) {
        long number = written.getPlain();
        int slot = (int) number & mask;
        int cell = slot * CELLS;
        cells.setOpaque(cell, 2 * number + 1);
        // The odd stamp is visible before any of what follows.
        VarHandle.storeStoreFence();
        cells.setOpaque(cell + ENDED, endedNanos);
        cells.setOpaque(cell + WAITING, waitingNanos);
        cells.setOpaque(cell + HANDLING, handlingNanos);
        cells.setOpaque(cell + TRANSACTION_HIGH, transaction == null ? 0 : transaction.high());
        cells.setOpaque(cell + TRANSACTION_LOW, transaction == null ? 0 : transaction.low());
        cells.setOpaque(cell + KIND, kind);
        peers.setOpaque(slot, peer);
        cells.setRelease(cell, 2 * number + 2);
        written.setRelease(number + 1);
    }

    /** Reads the events from the newest to the oldest, until the reader declines one or the writer has overtaken it. */
    void readBackwards(Predicate<Entry> reader) {
        long newest = written();
        long oldest = Math.max(0, newest - capacity());
        for (long number = newest - 1; number >= oldest; number--) {
            Entry entry = read(number);
            if (entry == null || !reader.test(entry)) {
                return;
            }
        }
    }

    /** The event with this number, or null if the writer has begun to write over it. */
    private @Nullable Entry read(long number) {
        int slot = (int) number & mask;
        int cell = slot * CELLS;
        long stamp = cells.getAcquire(cell);
        if (stamp != 2 * number + 2) {
            return null;
        }
        long high = cells.getOpaque(cell + TRANSACTION_HIGH);
        long low = cells.getOpaque(cell + TRANSACTION_LOW);
        Entry entry = new Entry(
                (int) cells.getOpaque(cell + KIND),
                high == 0 && low == 0 ? null : new TransactionId(high, low),
                peers.getOpaque(slot),
                cells.getOpaque(cell + WAITING),
                cells.getOpaque(cell + HANDLING),
                cells.getOpaque(cell + ENDED));
        // All of the entry is read before the stamp is read again.
        VarHandle.loadLoadFence();
        return cells.getOpaque(cell) == stamp ? entry : null;
    }

    /** A complete entry; times in nanoseconds. */
    record Entry(
            int kind,
            @Nullable TransactionId transaction,
            @Nullable PeerId peer,
            long waitingNanos,
            long handlingNanos,
            long endedNanos) {}
}
