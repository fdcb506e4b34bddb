package dev.tributary.core.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded lock-free queue for many producers and one consumer. A producer claims the next index and writes its event
 * into that slot; the consumer reads the slots in index order. Once closed it accepts no more events.
 */
final class MpscEventQueue<E> {

    /** Flag in {@link #producerIndex} of a closed queue, so that one atomic read sees index and flag. */
    private static final long CLOSED = Long.MIN_VALUE;

    /** Time of an event of a queue that does not note when events were accepted. */
    static final long NOT_NOTED = Long.MIN_VALUE;

    private final int capacity;
    private final int mask;
    private final AtomicReferenceArray<@Nullable E> slots;
    private final LongSupplier nanoTime;

    /** When the event of each slot was accepted. Written before the event and read after it, so plain access is enough. */
    private final AtomicLongArray acceptedNanos;

    /** Number of slots claimed so far, plus {@link #CLOSED}. */
    private final AtomicLong producerIndex = new AtomicLong();

    /** Number of events consumed so far; written by the consumer only. */
    private final AtomicLong consumerIndex = new AtomicLong();

    /** When the event was accepted that was polled last; consumer thread only. */
    private long polledNanos = NOT_NOTED;

    /** A queue that does not note when events were accepted. */
    MpscEventQueue(int capacity) {
        this(capacity, () -> NOT_NOTED);
    }

    /** @param nanoTime when events are accepted, by the monotonic clock */
    MpscEventQueue(int capacity, LongSupplier nanoTime) {
        int size = Integer.highestOneBit(Math.max(1, capacity - 1)) * 2;
        this.capacity = capacity;
        this.mask = size - 1;
        this.slots = new AtomicReferenceArray<>(size);
        this.acceptedNanos = new AtomicLongArray(size);
        this.nanoTime = nanoTime;
    }

    /** Accepts the event if there is a free slot. Any thread. */
    OfferResult offer(E event) {
        // Read before the slot is claimed: the consumer can pass a claimed slot only when it is written.
        long now = nanoTime.getAsLong();
        while (true) {
            long index = producerIndex.get();
            if (index < 0) {
                return OfferResult.CLOSED;
            }
            if (index - consumerIndex.get() >= capacity) {
                return OfferResult.FULL;
            }
            if (producerIndex.compareAndSet(index, index + 1)) {
                int slot = (int) index & mask;
                acceptedNanos.setPlain(slot, now);
                slots.set(slot, event);
                return OfferResult.ACCEPTED;
            }
        }
    }

    /** The next event, or null if the queue is empty or its producer has not written it yet. Consumer thread only. */
    @Nullable
    E poll() {
        long index = consumerIndex.getPlain();
        int slot = (int) index & mask;
        E event = slots.get(slot);
        if (event != null) {
            polledNanos = acceptedNanos.getPlain(slot);
            slots.lazySet(slot, null);
            consumerIndex.set(index + 1);
        }
        return event;
    }

    /** When the event was accepted that {@link #poll()} returned last, or {@link #NOT_NOTED}. Consumer thread only. */
    long polledNanos() {
        return polledNanos;
    }

    /** Whether {@link #poll()} would return an event. */
    boolean isReady() {
        return slots.get((int) consumerIndex.get() & mask) != null;
    }

    boolean hasRoom() {
        long produced = producerIndex.get();
        return produced >= 0 && produced - consumerIndex.get() < capacity;
    }

    /** Number of events accepted and not yet polled. */
    int size() {
        long consumed = consumerIndex.get();
        return (int) ((producerIndex.get() & ~CLOSED) - consumed);
    }

    /** Number of events polled so far. */
    long polled() {
        return consumerIndex.get();
    }

    /** Accepts no more events; accepted ones can still be polled. */
    void close() {
        producerIndex.getAndUpdate(produced -> produced | CLOSED);
    }

    boolean isClosed() {
        return producerIndex.get() < 0;
    }

    /** Whether the queue is closed and all accepted events were polled. */
    boolean isDrained() {
        long produced = producerIndex.get();
        return produced < 0 && (produced & ~CLOSED) == consumerIndex.get();
    }
}
