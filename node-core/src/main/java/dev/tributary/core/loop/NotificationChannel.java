package dev.tributary.core.loop;

import dev.tributary.core.error.ChannelClosedException;
import dev.tributary.core.error.ChannelFullException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * The bounded way into the event loop: many senders on any thread, one receiver. An event that was accepted is delivered,
 * in the order in which its sender sent it; an event that is not accepted comes back to its sender as an error. Nothing
 * is dropped, nobody polls, and nobody blocks: a sender without room waits as a subscription.
 *
 * <p>The lock is held for bookkeeping only. Delivery happens outside of it, by whichever sender finds nobody else at it.
 */
final class NotificationChannel<E extends NodeEvent> {

    private final String identity;
    private final int capacity;
    private final int waitingRoom;
    private final Duration patience;
    private final Scheduler timer;

    /** Never overflows: only what has one of the {@link #capacity} places is emitted into it. */
    private final Sinks.Many<E> delivery;

    private final Queue<E> accepted = Queues.<E>unboundedMultiproducer().get();
    private final AtomicInteger deliverers = new AtomicInteger();

    // Guarded by this.
    private final Set<Waiting<E>> senders = new LinkedHashSet<>();
    private int taken;
    private volatile boolean closed;

    /**
     * A channel with its own identity.
     *
     * @param name what it carries, for logs
     * @param capacity how many events may be accepted and not delivered yet, 1 or more
     * @param waitingRoom how many senders may wait for room, 0 or more
     * @param patience how long {@link #send(NodeEvent)} waits for room
     * @param timer measures that time
     */
    NotificationChannel(String name, int capacity, int waitingRoom, Duration patience, Scheduler timer) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be 1 or more, not " + capacity);
        }
        this.identity = name + "@" + Integer.toHexString(System.identityHashCode(this));
        this.capacity = capacity;
        this.waitingRoom = waitingRoom;
        this.patience = patience;
        this.timer = timer;
        this.delivery = Sinks.unsafe().many().multicast().onBackpressureBuffer(capacity, false);
    }

    /** Which channel this is, the same at both ends and different for every channel. */
    String identity() {
        return identity;
    }

    /** How many events are accepted and not delivered yet. */
    synchronized int waiting() {
        return taken;
    }

    /** How many senders wait for room. */
    synchronized int sendersWaiting() {
        return senders.size();
    }

    /** How many events the channel holds. */
    int capacity() {
        return capacity;
    }

    /** As {@link #send(NodeEvent, Duration)}, with the channel's own patience. */
    Mono<Void> send(E event) {
        return send(event, patience);
    }

    /**
     * Sends the event once for each subscription. Completes when it is accepted: at once, or when there is room. Errors
     * with {@link ChannelFullException} when there was none for that long, or the waiting room is full as well, and with
     * {@link ChannelClosedException} at once when the channel is closed, also while it waits. Cancelling a waiting send
     * takes it back; an accepted event stays. Signals arrive on the subscribing thread, the receiver's or the timer's.
     *
     * @param patience how long to wait for room, resolution 1 ns
     */
    Mono<Void> send(E event, Duration patience) {
        return Mono.create(sender -> {
            Waiting<E> waiting = new Waiting<>(event, sender);
            switch (admit(event, waiting)) {
                case ACCEPTED -> {
                    deliver();
                    sender.success();
                }
                case WAITING -> {
                    Disposable alarm =
                            timer.schedule(() -> giveUp(waiting, patience), patience.toNanos(), TimeUnit.NANOSECONDS);
                    sender.onDispose(() -> {
                        alarm.dispose();
                        takeBack(waiting);
                    });
                }
                case FULL -> sender.error(new ChannelFullException(identity, capacity, Duration.ZERO));
                case CLOSED -> sender.error(new ChannelClosedException(identity));
            }
        });
    }

    /** Sends the event if there is room now. False if there is none or the channel is closed: the event is not taken. */
    boolean offer(E event) {
        if (admit(event, null) != Admittance.ACCEPTED) {
            return false;
        }
        deliver();
        return true;
    }

    /**
     * The receiving end, for one subscriber at a time. Completes after {@link #close()} when everything accepted is
     * delivered. A subscriber that ends with an error may come back and misses nothing; one that cancels is gone, and
     * with it the channel is closed.
     */
    Flux<E> flux() {
        return delivery.asFlux().doOnNext(event -> leavePlace()).doOnCancel(this::close);
    }

    /** Accepts nothing any more: waiting senders and later ones get {@link ChannelClosedException} at once. */
    void close() {
        Set<Waiting<E>> turnedAway;
        synchronized (this) {
            closed = true;
            turnedAway = new LinkedHashSet<>(senders);
            senders.clear();
        }
        turnedAway.forEach(waiting -> waiting.sender().error(new ChannelClosedException(identity)));
        deliver();
    }

    private enum Admittance {
        ACCEPTED,
        WAITING,
        FULL,
        CLOSED
    }

    private synchronized Admittance admit(E event, @Nullable Waiting<E> orElseWait) {
        if (closed) {
            return Admittance.CLOSED;
        }
        // Whoever waits goes first, or a sender's second event could overtake its first.
        if (taken < capacity && senders.isEmpty()) {
            taken++;
            accepted.add(event);
            return Admittance.ACCEPTED;
        }
        if (orElseWait == null || senders.size() >= waitingRoom) {
            return Admittance.FULL;
        }
        senders.add(orElseWait);
        return Admittance.WAITING;
    }

    /** The receiver took an event: its place goes to whoever has waited longest. */
    private void leavePlace() {
        Waiting<E> next;
        synchronized (this) {
            next = senders.isEmpty() ? null : senders.iterator().next();
            if (next == null) {
                taken--;
                return;
            }
            senders.remove(next);
            accepted.add(next.event());
        }
        deliver();
        next.sender().success();
    }

    private synchronized boolean takeBack(Waiting<E> waiting) {
        return senders.remove(waiting);
    }

    private void giveUp(Waiting<E> waiting, Duration patience) {
        if (takeBack(waiting)) {
            waiting.sender().error(new ChannelFullException(identity, capacity, patience));
        }
    }

    /** One deliverer at a time; who comes while another is at it leaves a mark, and that one goes round again. */
    private void deliver() {
        if (deliverers.getAndIncrement() != 0) {
            return;
        }
        int marks = 1;
        do {
            boolean last = closed;
            for (E event = accepted.poll(); event != null; event = accepted.poll()) {
                delivery.tryEmitNext(event).orThrow();
            }
            if (last) {
                delivery.tryEmitComplete();
            }
            marks = deliverers.addAndGet(-marks);
        } while (marks != 0);
    }

    /** A sender without room. Compared by identity: each wait is its own. */
    private static final class Waiting<E> {

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
