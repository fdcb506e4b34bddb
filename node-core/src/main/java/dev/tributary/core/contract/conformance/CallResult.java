package dev.tributary.core.contract.conformance;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import org.jspecify.annotations.Nullable;

/**
 * A remembered result: a value or a failure.
 *
 * @param value null if the call failed
 */
record CallResult(@Nullable Object value, @Nullable NodeException failure) {

    /** Approximate size in bytes; the arguments are results or states of the caller. */
    long weight() {
        return 100
                + (value instanceof State state
                        ? state.size()
                        : value instanceof StateDelta delta
                                ? delta.size()
                                : value instanceof StateSummary summary ? summary.size() : 0L);
    }
}
