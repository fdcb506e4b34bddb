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
    private volatile int waiting;

    SenderQueue(int capacity, MpscEventQueue<E> eventQueue) {
        this.capacity = capacity;
        this.eventQueue = eventQueue;
    }

    /** Number of waiting senders. Zero means that every admitted event is in the event queue. */
    int waiting() {
        return waiting;
    }

    /** Adds the sender, if there is room and the event queue is not closed. */
    synchronized OfferResult enter(WaitingSender<E> sender) {
        if (eventQueue.closed()) {
            return OfferResult.CLOSED;
        }
        if (senders.size() >= capacity) {
            return OfferResult.FULL;
        }
        senders.add(sender);
        waiting = senders.size();
        return OfferResult.WAITING;
    }

    /** Removes the sender; false if it was not waiting any more. */
    synchronized boolean leave(WaitingSender<E> sender) {
        boolean removed = senders.remove(sender);
        waiting = senders.size();
        return removed;
    }

    /** Moves events of the longest waiting senders into free slots of the event queue; returns those senders. */
    synchronized List<WaitingSender<E>> letIn() {
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
        waiting = senders.size();
        return admitted;
    }

    /** Closes the event queue and removes all waiting senders; returns them. */
    synchronized List<WaitingSender<E>> close() {
        eventQueue.close();
        List<WaitingSender<E>> rejected = List.copyOf(senders);
        senders.clear();
        waiting = 0;
        return rejected;
    }

    /** A sender that waits for a slot. Compared by identity: each wait is separate. */
    static final class WaitingSender<E> {

        private final E event;
        private final MonoSink<Void> sender;

        WaitingSender(E event, MonoSink<Void> sender) {
            this.event = event;
            this.sender = sender;
        }

        E event() {
            return event;
        }

        MonoSink<Void> sender() {
            return sender;
        }
    }
}
