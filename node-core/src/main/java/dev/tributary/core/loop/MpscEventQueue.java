package dev.tributary.core.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded lock-free queue for many producers and one consumer. A producer claims the next index and writes its event
 * into that slot; the consumer reads the slots in index order. Once closed it accepts no more events.
 */
final class MpscEventQueue<E> {

    /** Flag in {@link #producerIndex} of a closed queue, so that one atomic read sees index and flag. */
    private static final long CLOSED = Long.MIN_VALUE;

    private final int capacity;
    private final int mask;
    private final AtomicReferenceArray<@Nullable E> slots;

    /** Number of slots claimed so far, plus {@link #CLOSED}. */
    private final AtomicLong producerIndex = new AtomicLong();

    /** Number of events consumed so far; written by the consumer only. */
    private final AtomicLong consumerIndex = new AtomicLong();

    MpscEventQueue(int capacity) {
        int size = Integer.highestOneBit(Math.max(1, capacity - 1)) * 2;
        this.capacity = capacity;
        this.mask = size - 1;
        this.slots = new AtomicReferenceArray<>(size);
    }

    /** Accepts the event if there is a free slot. Any thread. */
    OfferResult offer(E event) {
        while (true) {
            long index = producerIndex.get();
            if (index < 0) {
                return OfferResult.CLOSED;
            }
            if (index - consumerIndex.get() >= capacity) {
                return OfferResult.FULL;
            }
            if (producerIndex.compareAndSet(index, index + 1)) {
                slots.set((int) index & mask, event);
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
            slots.lazySet(slot, null);
            consumerIndex.set(index + 1);
        }
        return event;
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
