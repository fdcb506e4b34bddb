package dev.tributary.core.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * A channel's only subscription. It signals only from the channel's drain batches, which never overlap, so it needs no
 * serialising sink, whose cost would exceed the rest of a delivery. Any thread may request or cancel.
 */
final class ChannelSubscription<E> implements Subscription {

    private final Subscriber<? super E> subscriber;
    private final Runnable beforeBatch;
    private final Runnable onRequest;
    private final Consumer<ChannelSubscription<E>> onEnd;
    private final AtomicLong demand = new AtomicLong();
    private volatile boolean started;
    private volatile boolean terminated;

    /**
     * A subscription without demand.
     *
     * @param beforeBatch runs when a drain batch begins
     * @param onRequest runs when the demand has grown, on any thread
     * @param onEnd runs when the subscription has ended, on any thread, possibly twice
     */
    ChannelSubscription(
            Subscriber<? super E> subscriber,
            Runnable beforeBatch,
            Runnable onRequest,
            Consumer<ChannelSubscription<E>> onEnd) {
        this.subscriber = subscriber;
        this.beforeBatch = beforeBatch;
        this.onRequest = onRequest;
        this.onEnd = onEnd;
    }

    /** Hands this subscription to the subscriber, which gets no other signal before. */
    void start() {
        subscriber.onSubscribe(this);
        started = true;
    }

    /** Whether the subscriber can be told that the channel has ended. */
    boolean isOpen() {
        return started && !terminated;
    }

    /** Whether the subscriber has unmet demand. */
    boolean hasDemand() {
        return demand.get() > 0 && !terminated;
    }

    /** Runs one drain batch: delivers the queued events, bounded by the demand and the limit. */
    void drainBatch(MpscEventQueue<E> queue, int limit) {
        beforeBatch.run();
        long delivered = 0;
        try {
            while (delivered < limit && delivered < demand.get() && !terminated) {
                E event = queue.poll();
                if (event == null) {
                    break;
                }
                delivered++;
                subscriber.onNext(event);
            }
        } finally {
            reduceDemand(delivered);
        }
        if (queue.isDrained() && isOpen()) {
            terminate();
            subscriber.onComplete();
        }
    }

    @Override
    public void request(long more) {
        // As in Reactor's own sources, an invalid request is ignored and logged at DEBUG.
        if (Operators.validate(more)) {
            demand.getAndAccumulate(more, Operators::addCap);
            onRequest.run();
        }
    }

    @Override
    public void cancel() {
        terminate();
    }

    private void reduceDemand(long delivered) {
        if (delivered > 0) {
            demand.getAndUpdate(current -> current == Long.MAX_VALUE ? current : current - delivered);
        }
    }

    private void terminate() {
        terminated = true;
        onEnd.accept(this);
    }
}
