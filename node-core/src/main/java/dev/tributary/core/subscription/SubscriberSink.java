package dev.tributary.core.subscription;

import dev.tributary.core.value.ContractUpdate;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/**
 * One subscriber of a contract. Its sink keeps only the latest state while the subscriber has no demand; the states are
 * numbered, so that each update can say how many states were skipped. Thread-safe.
 */
final class SubscriberSink {

    private static final long NONE = -1;

    private final FluxSink<NumberedUpdate> sink;

    /** Number of the latest state offered; states are offered one at a time. */
    private long lastOffered;

    SubscriberSink(FluxSink<NumberedUpdate> sink) {
        this.sink = sink;
    }

    /** Sets the number of the first state that the subscriber gets next; earlier ones are not offered any more. */
    synchronized void startFrom(long number) {
        lastOffered = number - 1;
    }

    /** Emits the state, unless this state or a later one was offered before; returns whether it may wait for demand. */
    boolean offer(NumberedUpdate state) {
        if (!isNext(state)) {
            return false;
        }
        boolean mayWait = sink.requestedFromDownstream() == 0;
        sink.next(state);
        return mayWait;
    }

    private synchronized boolean isNext(NumberedUpdate state) {
        boolean isNext = state.number() > lastOffered;
        lastOffered = Math.max(lastOffered, state.number());
        return isNext;
    }

    void fail(Throwable failure) {
        sink.error(failure);
    }

    /** Counts the states skipped between two emitted ones. One per subscriber; called for one state at a time. */
    static final class SkipCounter {

        private final AtomicLong totalSkipped;
        private long lastShown = NONE;

        SkipCounter(AtomicLong totalSkipped) {
            this.totalSkipped = totalSkipped;
        }

        /** Whether this state, or a later one, was shown before. */
        boolean isShown(NumberedUpdate state) {
            return lastShown != NONE && state.number() <= lastShown;
        }

        /** The update for the subscriber; null if its state was dropped. */
        @Nullable
        ContractUpdate toUpdate(NumberedUpdate state) {
            ContractUpdate update = state.update();
            if (update == null) {
                return null;
            }
            long skipped = lastShown == NONE ? 0 : state.number() - lastShown - 1;
            lastShown = state.number();
            if (skipped == 0) {
                return update;
            }
            totalSkipped.addAndGet(skipped);
            return new ContractUpdate(update.key(), update.state(), skipped);
        }
    }
}
