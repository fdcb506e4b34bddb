package dev.tributary.core.loop;

import dev.tributary.core.error.ChannelClosedException;
import dev.tributary.core.error.ChannelFullException;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.loop.SenderQueue.WaitingSender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
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
 * The bounded channel into the event loop: many senders on any thread, one receiver on the loop thread. An accepted
 * event is delivered, in its sender's order; an event that is not accepted fails with an error at its sender. No event
 * is dropped, and no thread polls or blocks: a sender without a free slot waits as a pending subscription.
 *
 * <p>A sender only enqueues its event and, if the channel is idle, schedules a drain batch on the loop thread; it never
 * drains for another sender. A batch delivers at most {@link #BATCH_SIZE} events and is then scheduled again behind the other
 * channels on the same thread.
 */
public final class NotificationChannel<E extends LoopEvent> {

    /** Maximum number of events in a drain batch: small enough for fairness, large enough to amortise scheduling. */
    static final int BATCH_SIZE = 32;

    private static final Logger log = LoggerFactory.getLogger(NotificationChannel.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final String identity;
    private final int capacity;
    private final Duration timeout;
    private final Scheduler loop;
    private final Scheduler timer;
    private final MpscEventQueue<E> queue;
    private final SenderQueue<E> senderQueue;
    private final AtomicReference<@Nullable ChannelSubscription<E>> subscription = new AtomicReference<>();

    /** Whether a drain batch is running or scheduled. */
    private final AtomicBoolean isDraining = new AtomicBoolean();

    private final Runnable drainBatch = this::drainBatch;

    /** As the other one, for a channel that does not note when events were accepted. */
    public NotificationChannel(
            String name, int capacity, int maxSenders, Duration timeout, Scheduler loop, Scheduler timer) {
        this(name, capacity, maxSenders, timeout, loop, timer, () -> MpscEventQueue.NOT_NOTED);
    }

    /**
     * A channel with its own identity.
     *
     * @param name its name in logs
     * @param capacity maximum number of accepted and not yet delivered events, 1 or more
     * @param maxSenders maximum number of senders that wait for a slot, 0 or more
     * @param timeout how long {@link #send(LoopEvent)} waits for a slot
     * @param loop the single thread that delivers the events, in FIFO order
     * @param timer runs the timeouts
     * @param nanoTime the monotonic clock that tells when events were accepted
     */
    public NotificationChannel(
            String name,
            int capacity,
            int maxSenders,
            Duration timeout,
            Scheduler loop,
            Scheduler timer,
            LongSupplier nanoTime) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be 1 or more, not " + capacity);
        }
        this.identity = name + "@" + Integer.toHexString(System.identityHashCode(this));
        this.capacity = capacity;
        this.timeout = timeout;
        this.loop = loop;
        this.timer = timer;
        this.queue = new MpscEventQueue<>(capacity, nanoTime);
        this.senderQueue = new SenderQueue<>(maxSenders, queue);
    }

    /** Identity of the channel: equal at both ends and unique per channel. */
    public String identity() {
        return identity;
    }

    /** Number of accepted and not yet delivered events. */
    public int queuedEvents() {
        return queue.size();
    }

    /** When the event was accepted that was delivered last, or {@link MpscEventQueue#NOT_NOTED}. Loop thread only. */
    long deliveredNanos() {
        return queue.polledNanos();
    }

    /** Number of senders that wait for a slot. */
    public int waitingSenders() {
        return senderQueue.waitingSenders();
    }

    /** Number of delivered events so far. */
    long deliveredEvents() {
        return queue.polled();
    }

    /** Whether a batch would do something, and one was asked for ({@code isAsked}) or not. Any thread. */
    boolean isBatchDue(boolean isAsked) {
        return isDraining.get() == isAsked && subscription.get() != null && isBatchDue();
    }

    /** Schedules a batch if one is due and none was asked for; returns whether it did. Any thread. */
    boolean repairWakeUp() {
        boolean isMissing = isBatchDue(false);
        if (isMissing) {
            scheduleBatch();
        }
        return isMissing;
    }

    /** Forgets the batch that was asked for, after the loop has shown that none runs and that it will not come. */
    void forgetBatch() {
        isDraining.set(false);
    }

    /** Maximum number of accepted and not yet delivered events. */
    int capacity() {
        return capacity;
    }

    /** As {@link #send(LoopEvent, Duration)}, with the channel's own timeout. */
    public Mono<Void> send(E event) {
        return send(event, timeout);
    }

    /**
     * Sends the event once for each subscription. Completes when it is accepted: at once, or when a slot is free.
     * Errors with {@link ChannelFullException} after the timeout, or at once if the queue of senders is full as well,
     * and with {@link ChannelClosedException} when the channel is closed, also while the send waits. Cancelling
     * withdraws a waiting send; an accepted event stays. Signals arrive on the subscribing thread, the loop's or the
     * timer's.
     *
     * @param timeout how long to wait for a slot, resolution 1 ns
     */
    Mono<Void> send(E event, Duration timeout) {
        return Mono.create(sink -> {
            WaitingSender<E> sender = new WaitingSender<>(event, sink);
            Disposable.Composite cancellation = admitOrReject(sender);
            if (cancellation != null) {
                cancellation.add(
                        timer.schedule(() -> onTimeout(sender, timeout), timeout.toNanos(), TimeUnit.NANOSECONDS));
            }
        });
    }

    /**
     * Sends the events one after the other, each when a slot is free, without a timeout. While one waits, at most one
     * more is requested. Emits the accepted events; ends as {@code events} does, or errors with
     * {@link ChannelClosedException}.
     */
    public Flux<E> sendAll(Publisher<? extends E> events) {
        return Flux.from(events).concatMap(event -> offer(event) ? Mono.just(event) : sendWhenAdmitted(event), 1);
    }

    /** Sends the event if a slot is free now; returns false if not, or if the channel is closed. */
    public boolean offer(E event) {
        return admit(event, null) == OfferResult.ACCEPTED;
    }

    /** As {@link #flux(Runnable)}, without a callback. */
    public Flux<E> flux() {
        return flux(() -> {});
    }

    /**
     * The receiving end, for one subscriber at a time, on the loop thread. Completes after {@link #close()} when all
     * accepted events are delivered. Events accepted without a subscriber stay queued, so a receiver that failed or
     * cancelled can resubscribe and misses only the event at which it failed.
     *
     * @param beforeBatch runs on the loop thread when a drain batch begins
     */
    Flux<E> flux(Runnable beforeBatch) {
        return Flux.from(subscriber -> subscribeReceiver(subscriber, beforeBatch));
    }

    /** Accepts no more events: waiting and later senders get {@link ChannelClosedException} at once. */
    public void close() {
        List<WaitingSender<E>> rejected = senderQueue.close();
        rejected.forEach(sender -> signal(() -> sender.sink().error(new ChannelClosedException(identity))));
        scheduleBatch();
    }

    private Mono<E> sendWhenAdmitted(E event) {
        return Mono.<Void>create(sink -> admitOrReject(new WaitingSender<>(event, sink)))
                .thenReturn(event);
    }

    /** Resources to dispose when the wait ends, if the sender waits; null if it was signalled. */
    private Disposable.@Nullable Composite admitOrReject(WaitingSender<E> sender) {
        MonoSink<Void> sink = sender.sink();
        switch (admit(sender.event(), sender)) {
            case ACCEPTED -> sink.success();
            case FULL -> sink.error(new ChannelFullException(identity, capacity, Duration.ZERO));
            case CLOSED -> sink.error(new ChannelClosedException(identity));
            case WAITING -> {
                Disposable.Composite cancellation = Disposables.composite(() -> senderQueue.remove(sender));
                sink.onDispose(cancellation);
                return cancellation;
            }
        }
        return null;
    }

    private OfferResult admit(E event, @Nullable WaitingSender<E> sender) {
        // Waiting senders go first; otherwise a sender's second event could overtake its first.
        if (senderQueue.waitingSenders() == 0) {
            OfferResult result = queue.offer(event);
            if (result == OfferResult.ACCEPTED) {
                scheduleBatch();
            }
            if (result != OfferResult.FULL) {
                return result;
            }
        }
        return sender == null ? OfferResult.FULL : enqueueSender(sender);
    }

    private OfferResult enqueueSender(WaitingSender<E> sender) {
        if (loop.isDisposed()) {
            close();
        }
        OfferResult result = senderQueue.enqueue(sender);
        // A running batch sees the new sender. Without one, a slot may be free that no later batch would assign.
        if (result == OfferResult.WAITING && !isDraining.get()) {
            admitNext();
        }
        return result;
    }

    private void admitNext() {
        List<WaitingSender<E>> admitted = senderQueue.admitNext();
        if (!admitted.isEmpty()) {
            scheduleBatch();
            admitted.forEach(sender -> signal(sender.sink()::success));
        }
    }

    private void onTimeout(WaitingSender<E> sender, Duration timeout) {
        if (senderQueue.remove(sender)) {
            sender.sink().error(new ChannelFullException(identity, capacity, timeout));
        }
    }

    private void subscribeReceiver(Subscriber<? super E> subscriber, Runnable beforeBatch) {
        ChannelSubscription<E> created = new ChannelSubscription<>(
                subscriber, beforeBatch, this::scheduleBatch, ended -> subscription.compareAndSet(ended, null));
        if (!subscription.compareAndSet(null, created)) {
            Operators.error(subscriber, new IllegalStateException("channel " + identity + " has a receiver already"));
            return;
        }
        created.start();
        // A closed and empty channel completes without demand.
        scheduleBatch();
    }

    private void scheduleBatch() {
        if (subscription.get() == null || isDraining.get() || !isDraining.compareAndSet(false, true)) {
            return;
        }
        try {
            loop.schedule(drainBatch);
        } catch (RejectedExecutionException gone) {
            // The loop thread has ended for good, so no event will be delivered.
            close();
        } catch (Throwable failure) {
            // Reset, or no later sender could schedule a batch.
            isDraining.set(false);
            throw failure;
        }
    }

    private void drainBatch() {
        try {
            ChannelSubscription<E> current = subscription.get();
            if (current != null) {
                current.drainBatch(queue, BATCH_SIZE);
            }
            // While events flow, senders are admitted in groups: waking one for each event costs more than the event.
            if (senderQueue.waitingSenders() > 0 && (queue.size() <= capacity / 2 || !isDeliverable())) {
                admitNext();
            }
        } finally {
            isDraining.set(false);
            if (isBatchDue()) {
                scheduleBatch();
            }
            // Without a receiver there is no batch, and the slots are free all the same.
            if (subscription.get() == null && canAdmit()) {
                admitNext();
            }
        }
    }

    /** Whether work arrived after the batch had checked for it. */
    private boolean isBatchDue() {
        boolean canAdmit = canAdmit();
        return isDeliverable() || canAdmit || canEnd();
    }

    private boolean canAdmit() {
        return senderQueue.waitingSenders() > 0 && queue.hasRoom();
    }

    private boolean canEnd() {
        ChannelSubscription<E> current = subscription.get();
        return current != null && current.isOpen() && queue.isDrained();
    }

    private boolean isDeliverable() {
        ChannelSubscription<E> current = subscription.get();
        return current != null && queue.isReady() && current.hasDemand();
    }

    /** Signals a sender; a sender that throws must not break the drain batch. */
    private static void signal(Runnable signal) {
        try {
            signal.run();
        } catch (Throwable failure) {
            failures.warn(failure, "channel sender failed on its signal");
        }
    }
}
