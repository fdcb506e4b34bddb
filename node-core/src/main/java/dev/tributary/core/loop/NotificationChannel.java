package dev.tributary.core.loop;

import dev.tributary.core.error.ChannelClosedException;
import dev.tributary.core.error.ChannelFullException;
import dev.tributary.core.loop.WaitingRoom.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;

/**
 * The bounded way into the event loop: many senders on any thread, one receiver on the loop's. An event that was accepted
 * is delivered, in the order in which its sender sent it; an event that is not accepted comes back to its sender as an
 * error. Nothing is dropped, nobody polls, and nobody blocks: a sender without room waits as a subscription.
 *
 * <p>A sender only leaves its event and, if the channel rests, asks the loop's thread for a turn; it never does another
 * sender's work. A turn delivers {@link #TURN} events at most and then goes to the end of the line, so that channels
 * which share the thread take turns.
 */
final class NotificationChannel<E extends NodeEvent> {

    /** How many events one turn delivers: few enough for the others not to wait, enough to make a turn's cost small. */
    static final int TURN = 32;

    private static final Logger log = LoggerFactory.getLogger(NotificationChannel.class);

    private final String identity;
    private final int capacity;
    private final Duration patience;
    private final Scheduler loop;
    private final Scheduler timer;
    private final EventQueue<E> queue;
    private final WaitingRoom<E> waitingRoom;
    private final AtomicReference<@Nullable Delivery<E>> receiver = new AtomicReference<>();

    /** Whether a turn is under way or asked for. */
    private final AtomicBoolean turning = new AtomicBoolean();

    private final Runnable turn = this::turn;

    /**
     * A channel with its own identity.
     *
     * @param name what it carries, for logs
     * @param capacity how many events may be accepted and not delivered yet, 1 or more
     * @param waitingRoom how many senders may wait for room, 0 or more
     * @param patience how long {@link #send(NodeEvent)} waits for room
     * @param loop where events are delivered: one thread, first come first served
     * @param timer measures the patience
     */
    NotificationChannel(
            String name, int capacity, int waitingRoom, Duration patience, Scheduler loop, Scheduler timer) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be 1 or more, not " + capacity);
        }
        this.identity = name + "@" + Integer.toHexString(System.identityHashCode(this));
        this.capacity = capacity;
        this.patience = patience;
        this.loop = loop;
        this.timer = timer;
        this.queue = new EventQueue<>(capacity);
        this.waitingRoom = new WaitingRoom<>(waitingRoom, queue);
    }

    /** Which channel this is, the same at both ends and different for every channel. */
    String identity() {
        return identity;
    }

    /** How many events are accepted and not delivered yet. */
    int waiting() {
        return queue.size();
    }

    /** How many senders wait for room. */
    int sendersWaiting() {
        return waitingRoom.waiting();
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
     * takes it back; an accepted event stays. Signals arrive on the subscribing thread, the loop's or the timer's.
     *
     * @param patience how long to wait for room, resolution 1 ns
     */
    Mono<Void> send(E event, Duration patience) {
        return Mono.create(sender -> {
            Waiting<E> waiting = new Waiting<>(event, sender);
            Disposable.Composite ending = admitOrAnswer(waiting);
            if (ending != null) {
                ending.add(timer.schedule(() -> giveUp(waiting, patience), patience.toNanos(), TimeUnit.NANOSECONDS));
            }
        });
    }

    /**
     * Sends all of these events, one after the other, each when there is room for it, however long that takes. While one
     * waits no more than the next is asked for. Emits what was accepted; ends as they do, or errors with
     * {@link ChannelClosedException}.
     */
    Flux<E> sendAll(Publisher<? extends E> events) {
        return Flux.from(events).concatMap(event -> offer(event) ? Mono.just(event) : sendWhenThereIsRoom(event), 1);
    }

    /** Sends the event if there is room now. False if there is none or the channel is closed: the event is not taken. */
    boolean offer(E event) {
        return admit(event, null) == Admittance.ACCEPTED;
    }

    /** As {@link #flux(Runnable)}, without a word before each turn. */
    Flux<E> flux() {
        return flux(() -> {});
    }

    /**
     * The receiving end, for one subscriber at a time, on the loop's thread. Completes after {@link #close()} when
     * everything accepted is delivered. What is accepted while nobody subscribes is kept, so a subscriber that failed or
     * left may come back, and misses nothing but the event at which it failed.
     *
     * @param beforeTurn is run on the loop's thread when a turn begins
     */
    Flux<E> flux(Runnable beforeTurn) {
        return Flux.from(subscriber -> attach(subscriber, beforeTurn));
    }

    /** Accepts nothing any more: waiting senders and later ones get {@link ChannelClosedException} at once. */
    void close() {
        List<Waiting<E>> turnedAway = waitingRoom.close();
        turnedAway.forEach(waiting -> answer(() -> waiting.sender().error(new ChannelClosedException(identity))));
        askForTurn();
    }

    private Mono<E> sendWhenThereIsRoom(E event) {
        return Mono.<Void>create(sender -> admitOrAnswer(new Waiting<>(event, sender)))
                .thenReturn(event);
    }

    /** What ends with the wait, if the sender has to wait; null if it has its answer. */
    private Disposable.@Nullable Composite admitOrAnswer(Waiting<E> waiting) {
        MonoSink<Void> sender = waiting.sender();
        switch (admit(waiting.event(), waiting)) {
            case ACCEPTED -> sender.success();
            case FULL -> sender.error(new ChannelFullException(identity, capacity, Duration.ZERO));
            case CLOSED -> sender.error(new ChannelClosedException(identity));
            case WAITING -> {
                Disposable.Composite ending = Disposables.composite(() -> waitingRoom.leave(waiting));
                sender.onDispose(ending);
                return ending;
            }
        }
        return null;
    }

    private Admittance admit(E event, @Nullable Waiting<E> orElseWait) {
        // Whoever waits goes first, or a sender's second event could overtake its first.
        if (waitingRoom.waiting() == 0) {
            Admittance offered = queue.offer(event);
            if (offered == Admittance.ACCEPTED) {
                askForTurn();
            }
            if (offered != Admittance.FULL) {
                return offered;
            }
        }
        return orElseWait == null ? Admittance.FULL : admitToWait(orElseWait);
    }

    private Admittance admitToWait(Waiting<E> waiting) {
        if (loop.isDisposed()) {
            close();
        }
        Admittance entered = waitingRoom.enter(waiting);
        // A turn that is under way sees who has entered; otherwise there may be room that nobody would offer again.
        if (entered == Admittance.WAITING && !turning.get()) {
            letIn();
        }
        return entered;
    }

    private void letIn() {
        List<Waiting<E>> seated = waitingRoom.letIn();
        if (!seated.isEmpty()) {
            askForTurn();
            seated.forEach(waiting -> answer(waiting.sender()::success));
        }
    }

    private void giveUp(Waiting<E> waiting, Duration patience) {
        if (waitingRoom.leave(waiting)) {
            waiting.sender().error(new ChannelFullException(identity, capacity, patience));
        }
    }

    private void attach(Subscriber<? super E> subscriber, Runnable beforeTurn) {
        Delivery<E> fresh =
                new Delivery<>(subscriber, beforeTurn, this::askForTurn, ended -> receiver.compareAndSet(ended, null));
        if (!receiver.compareAndSet(null, fresh)) {
            Operators.error(subscriber, new IllegalStateException("channel " + identity + " has a receiver already"));
            return;
        }
        subscriber.onSubscribe(fresh);
        // A channel that is closed and empty completes without being asked for more.
        askForTurn();
    }

    private void askForTurn() {
        if (receiver.get() == null || turning.get() || !turning.compareAndSet(false, true)) {
            return;
        }
        try {
            loop.schedule(turn);
        } catch (RejectedExecutionException gone) {
            // The loop's thread has ended for good: nobody will ever take an event.
            close();
        } catch (Throwable fault) {
            // Or no later sender could ask.
            turning.set(false);
            throw fault;
        }
    }

    private void turn() {
        try {
            Delivery<E> current = receiver.get();
            if (current != null) {
                current.turn(queue, TURN);
            }
            // While events flow, senders are let in by the crowd: to wake each for one event costs more than the event.
            if (waitingRoom.waiting() > 0 && (queue.size() <= capacity / 2 || !deliverable())) {
                letIn();
            }
        } finally {
            turning.set(false);
            if (hasWork()) {
                askForTurn();
            }
        }
    }

    /** Whether something came too late for the turn to see it. */
    private boolean hasWork() {
        boolean roomGiven = waitingRoom.waiting() > 0 && queue.hasRoom();
        return deliverable() || roomGiven || queue.drained();
    }

    private boolean deliverable() {
        Delivery<E> current = receiver.get();
        return current != null && queue.ready() && current.wanted();
    }

    /** A sender that cannot bear its answer must not take the turn down with it. */
    private static void answer(Runnable answer) {
        try {
            answer.run();
        } catch (Throwable fault) {
            log.error("a sender failed at its answer", fault);
        }
    }
}
