package dev.tributary.core.engine;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether an event went through all parts of the node.
 *
 * @param silent the part that did not answer within the limit; null if the node is alive
 * @param took duration of the check
 */
public record Liveness(@Nullable Part silent, Duration took) {

    /** The parts that an event passes, in this order. */
    public enum Part {
        LOOP,
        TIMER,
        CONTRACTS,
        STORE
    }

    public boolean isAlive() {
        return silent == null;
    }
}
