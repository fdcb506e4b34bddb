package dev.tributary.core.subscription;

import dev.tributary.core.value.ContractUpdate;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.FluxSink;

/**
 * One subscriber of a contract. Its sink keeps only the latest state while the subscriber has no demand; the states are
 * numbered, so that each update can say how many states were skipped.
 */
final class SubscriberSink {

    private static final long NONE = -1;

    private final FluxSink<NumberedUpdate> sink;

    /** Number of the latest state offered; states are offered one at a time. */
    private long lastOffered;

    SubscriberSink(FluxSink<NumberedUpdate> sink) {
        this.sink = sink;
    }

    /** A state of the contract with its sequence number among the changes that this node's subscribers get. */
    record NumberedUpdate(long number, ContractUpdate update) {}

    /** Sets the number of the first state that the subscriber gets; called before a state is offered. */
    void startFrom(long number) {
        lastOffered = number - 1;
    }

    /** Emits the state, unless this state or a later one was offered before. */
    void offer(NumberedUpdate state) {
        if (state.number() > lastOffered) {
            lastOffered = state.number();
            sink.next(state);
        }
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

        ContractUpdate toUpdate(NumberedUpdate state) {
            long skipped = lastShown == NONE ? 0 : state.number() - lastShown - 1;
            lastShown = state.number();
            if (skipped == 0) {
                return state.update();
            }
            totalSkipped.addAndGet(skipped);
            return new ContractUpdate(state.update().key(), state.update().state(), skipped);
        }
    }
}
