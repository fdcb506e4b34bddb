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
final class WaitingRoom<E> {

    private final int capacity;
    private final EventQueue<E> eventQueue;

    // Guarded by this.
    private final Set<Waiting<E>> senders = new LinkedHashSet<>();

    /** Size of {@link #senders}, for readers without the lock. */
    private volatile int waiting;

    WaitingRoom(int capacity, EventQueue<E> eventQueue) {
        this.capacity = capacity;
        this.eventQueue = eventQueue;
    }

    /** Number of waiting senders. Zero means that every admitted event is in the event queue. */
    int waiting() {
        return waiting;
    }

    /** Adds the sender, if there is room and the event queue is not closed. */
    synchronized Admittance enter(Waiting<E> sender) {
        if (eventQueue.closed()) {
            return Admittance.CLOSED;
        }
        if (senders.size() >= capacity) {
            return Admittance.FULL;
        }
        senders.add(sender);
        waiting = senders.size();
        return Admittance.WAITING;
    }

    /** Removes the sender; false if it was not waiting any more. */
    synchronized boolean leave(Waiting<E> sender) {
        boolean removed = senders.remove(sender);
        waiting = senders.size();
        return removed;
    }

    /** Moves events of the longest waiting senders into free slots of the event queue; returns those senders. */
    synchronized List<Waiting<E>> letIn() {
        List<Waiting<E>> admitted = new ArrayList<>();
        Iterator<Waiting<E>> iterator = senders.iterator();
        while (iterator.hasNext()) {
            Waiting<E> sender = iterator.next();
            if (eventQueue.offer(sender.event()) != Admittance.ACCEPTED) {
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
    synchronized List<Waiting<E>> close() {
        eventQueue.close();
        List<Waiting<E>> rejected = List.copyOf(senders);
        senders.clear();
        waiting = 0;
        return rejected;
    }

    /** A sender that waits for a slot. Compared by identity: each wait is separate. */
    static final class Waiting<E> {

        private final E event;
        private final MonoSink<Void> sender;

        Waiting(E event, MonoSink<Void> sender) {
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
