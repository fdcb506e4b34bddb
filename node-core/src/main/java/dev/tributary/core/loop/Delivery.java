package dev.tributary.core.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * A channel's one subscription. Its signals are the turn's, one after the other, so it needs none of the guards that
 * Reactor's own sinks have, which cost more than the rest of a delivery; demand and cancelling may come from any thread.
 */
final class Delivery<E> implements Subscription {

    private final Subscriber<? super E> subscriber;
    private final Runnable beforeTurn;
    private final Runnable onRequest;
    private final Consumer<Delivery<E>> onEnd;
    private final AtomicLong demand = new AtomicLong();
    private volatile boolean over;

    /**
     * A subscription without demand.
     *
     * @param beforeTurn is run when a turn begins
     * @param onRequest is run when there is more demand than before, on any thread
     * @param onEnd is run when it is over, on any thread, perhaps twice
     */
    Delivery(Subscriber<? super E> subscriber, Runnable beforeTurn, Runnable onRequest, Consumer<Delivery<E>> onEnd) {
        this.subscriber = subscriber;
        this.beforeTurn = beforeTurn;
        this.onRequest = onRequest;
        this.onEnd = onEnd;
    }

    /** Whether the subscriber has room for an event. */
    boolean wanted() {
        return demand.get() > 0 && !over;
    }

    /** A turn: gives as many events as there are and the subscriber wants, and no more than the limit. */
    void turn(EventQueue<E> queue, int limit) {
        beforeTurn.run();
        long given = 0;
        try {
            while (given < limit && given < demand.get() && !over) {
                E event = queue.poll();
                if (event == null) {
                    break;
                }
                given++;
                subscriber.onNext(event);
            }
        } finally {
            took(given);
        }
        if (queue.drained() && !over) {
            end();
            subscriber.onComplete();
        }
    }

    @Override
    public void request(long more) {
        // Like Reactor's own sources it ignores a bad request, and says so at level DEBUG.
        if (Operators.validate(more)) {
            demand.getAndAccumulate(more, Operators::addCap);
            onRequest.run();
        }
    }

    @Override
    public void cancel() {
        end();
    }

    private void took(long given) {
        if (given > 0) {
            demand.getAndUpdate(now -> now == Long.MAX_VALUE ? now : now - given);
        }
    }

    private void end() {
        over = true;
        onEnd.accept(this);
    }
}
