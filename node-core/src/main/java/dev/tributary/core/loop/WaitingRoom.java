package dev.tributary.core.loop;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.MonoSink;

/**
 * Where senders wait in front of a full queue, first come first served. Any thread; the lock is held for bookkeeping
 * only, so whoever let somebody in tells them afterwards.
 */
final class WaitingRoom<E> {

    private final int seats;
    private final EventQueue<E> queue;

    // Guarded by this.
    private final Set<Waiting<E>> senders = new LinkedHashSet<>();

    /** The size of {@link #senders}, for those who do not hold the lock. */
    private volatile int waiting;

    WaitingRoom(int seats, EventQueue<E> queue) {
        this.seats = seats;
        this.queue = queue;
    }

    /** How many senders wait. Zero says that every event that was let in is in the queue. */
    int waiting() {
        return waiting;
    }

    /** Waits, if there is a seat and the queue is not closed. */
    synchronized Admittance enter(Waiting<E> sender) {
        if (queue.closed()) {
            return Admittance.CLOSED;
        }
        if (senders.size() >= seats) {
            return Admittance.FULL;
        }
        senders.add(sender);
        waiting = senders.size();
        return Admittance.WAITING;
    }

    /** Waits no longer; false if it did not wait any more. */
    synchronized boolean leave(Waiting<E> sender) {
        boolean waited = senders.remove(sender);
        waiting = senders.size();
        return waited;
    }

    /** Gives what places the queue has to those who have waited longest, and says to whom. */
    synchronized List<Waiting<E>> letIn() {
        List<Waiting<E>> seated = new ArrayList<>();
        Iterator<Waiting<E>> first = senders.iterator();
        while (first.hasNext()) {
            Waiting<E> sender = first.next();
            if (queue.offer(sender.event()) != Admittance.ACCEPTED) {
                break;
            }
            first.remove();
            seated.add(sender);
        }
        // Not before their events are in the queue: whoever sees nobody waiting may overtake.
        waiting = senders.size();
        return seated;
    }

    /** Closes the queue and empties the room, and says who was in it. */
    synchronized List<Waiting<E>> close() {
        queue.close();
        List<Waiting<E>> turnedAway = List.copyOf(senders);
        senders.clear();
        waiting = 0;
        return turnedAway;
    }

    /** A sender without a place. Compared by identity: each wait is its own. */
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
