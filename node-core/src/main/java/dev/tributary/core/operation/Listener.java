package dev.tributary.core.operation;

import dev.tributary.core.value.ContractUpdate;
import java.util.function.LongConsumer;
import reactor.core.publisher.FluxSink;

/**
 * One subscriber of a contract. Its sink keeps the latest state for it while it asks for nothing; the states are numbered,
 * so that it can be told how many it was not shown.
 */
final class Listener {

    private static final long NOTHING = -1;

    private final FluxSink<Numbered> sink;

    /** The latest number that it was offered; the topic offers one at a time. */
    private long offered;

    Listener(FluxSink<Numbered> sink) {
        this.sink = sink;
    }

    /** A state of the contract with its place among all that this node's subscribers were told of. */
    record Numbered(long number, ContractUpdate update) {}

    /** What it is shown begins with the state of this number; called before anything is offered. */
    void since(long number) {
        offered = number - 1;
    }

    /** Offers a state, unless it was offered this one or a later one already. */
    void offer(Numbered state) {
        if (state.number() > offered) {
            offered = state.number();
            sink.next(state);
        }
    }

    void fail(Throwable end) {
        sink.error(end);
    }

    /** What came between what it was shown and what it is shown now. One for each subscriber, called for one state at a time. */
    static final class Gap {

        private final LongConsumer skipped;
        private long shown = NOTHING;

        Gap(LongConsumer skipped) {
            this.skipped = skipped;
        }

        ContractUpdate show(Numbered state) {
            long missed = shown == NOTHING ? 0 : state.number() - shown - 1;
            shown = state.number();
            if (missed == 0) {
                return state.update();
            }
            skipped.accept(missed);
            return new ContractUpdate(state.update().key(), state.update().state(), missed);
        }
    }
}
