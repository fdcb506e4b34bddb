package dev.tributary.core.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue for many senders and one receiver, without locks. A sender draws the next ticket and puts its event
 * into the ticket's place; the receiver empties the places in the order of the tickets. Once closed it takes no more.
 */
final class EventQueue<E> {

    /** Set in {@link #tickets} when the queue is closed, so that one atomic step sees both. */
    private static final long CLOSED = Long.MIN_VALUE;

    private final int capacity;
    private final int mask;
    private final AtomicReferenceArray<@Nullable E> places;

    /** How many tickets were drawn. */
    private final AtomicLong tickets = new AtomicLong();

    /** How many places were emptied again; the receiver alone writes it. */
    private final AtomicLong emptied = new AtomicLong();

    EventQueue(int capacity) {
        int size = Integer.highestOneBit(Math.max(1, capacity - 1)) * 2;
        this.capacity = capacity;
        this.mask = size - 1;
        this.places = new AtomicReferenceArray<>(size);
    }

    /** Takes the event if there is a place for it. Any thread. */
    Admittance offer(E event) {
        while (true) {
            long ticket = tickets.get();
            if (ticket < 0) {
                return Admittance.CLOSED;
            }
            if (ticket - emptied.get() >= capacity) {
                return Admittance.FULL;
            }
            if (tickets.compareAndSet(ticket, ticket + 1)) {
                places.set((int) ticket & mask, event);
                return Admittance.ACCEPTED;
            }
        }
    }

    /** The next event, or null if its sender has not put it into its place yet. The receiver's thread only. */
    @Nullable
    E poll() {
        long next = emptied.getPlain();
        int place = (int) next & mask;
        E event = places.get(place);
        if (event != null) {
            places.lazySet(place, null);
            emptied.set(next + 1);
        }
        return event;
    }

    /** Whether {@link #poll()} has something to give. */
    boolean ready() {
        return places.get((int) emptied.get() & mask) != null;
    }

    boolean hasRoom() {
        long drawn = tickets.get();
        return drawn >= 0 && drawn - emptied.get() < capacity;
    }

    /** How many events were taken and not polled. */
    int size() {
        long gone = emptied.get();
        return (int) ((tickets.get() & ~CLOSED) - gone);
    }

    /** Takes no more; what was taken can still be polled. */
    void close() {
        tickets.getAndUpdate(drawn -> drawn | CLOSED);
    }

    boolean closed() {
        return tickets.get() < 0;
    }

    /** Whether it is closed and everything that was taken was polled. */
    boolean drained() {
        long drawn = tickets.get();
        return drawn < 0 && (drawn & ~CLOSED) == emptied.get();
    }
}
