package dev.tributary.core.loop;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.MonoSink;

/**
 * FIFO queue of the senders that wait for a slot in a full event queue. Any thread. The lock guards only the
 * bookkeeping: the caller signals the admitted senders after it is released.
 */
final class SenderQueue<E> {

    private final int capacity;
    private final MpscEventQueue<E> eventQueue;

    // Guarded by this.
    private final Set<WaitingSender<E>> senders = new LinkedHashSet<>();

    /** Size of {@link #senders}, for readers without the lock. */
    private volatile int waitingSenders;

    SenderQueue(int capacity, MpscEventQueue<E> eventQueue) {
        this.capacity = capacity;
        this.eventQueue = eventQueue;
    }

    /** Number of waiting senders. Zero means that every admitted event is in the event queue. */
    int waitingSenders() {
        return waitingSenders;
    }

    /** Adds the sender, if there is room and the event queue is not closed. */
    synchronized OfferResult enqueue(WaitingSender<E> sender) {
        if (eventQueue.isClosed()) {
            return OfferResult.CLOSED;
        }
        if (senders.size() >= capacity) {
            return OfferResult.FULL;
        }
        senders.add(sender);
        waitingSenders = senders.size();
        return OfferResult.WAITING;
    }

    /** Removes the sender; false if it was not waiting any more. */
    synchronized boolean remove(WaitingSender<E> sender) {
        boolean removed = senders.remove(sender);
        waitingSenders = senders.size();
        return removed;
    }

    /** Moves events of the longest waiting senders into free slots of the event queue; returns those senders. */
    synchronized List<WaitingSender<E>> admitNext() {
        List<WaitingSender<E>> admitted = new ArrayList<>();
        Iterator<WaitingSender<E>> iterator = senders.iterator();
        while (iterator.hasNext()) {
            WaitingSender<E> sender = iterator.next();
            if (eventQueue.offer(sender.event()) != OfferResult.ACCEPTED) {
                break;
            }
            iterator.remove();
            admitted.add(sender);
        }
        // Set after their events are in the queue: a sender that reads zero may enqueue at once.
        waitingSenders = senders.size();
        return admitted;
    }

    /** Closes the event queue and removes all waiting senders; returns them. */
    synchronized List<WaitingSender<E>> close() {
        eventQueue.close();
        List<WaitingSender<E>> rejected = List.copyOf(senders);
        senders.clear();
        waitingSenders = 0;
        return rejected;
    }

    /** A sender that waits for a slot. Compared by identity: each wait is separate. */
    static final class WaitingSender<E> {

        private final E event;
        private final MonoSink<Void> sink;

        WaitingSender(E event, MonoSink<Void> sink) {
            this.event = event;
            this.sink = sink;
        }

        E event() {
            return event;
        }

        MonoSink<Void> sink() {
            return sink;
        }
    }
}
