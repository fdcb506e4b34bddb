package dev.tributary.core.value;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * What time it is, twice: the wall clock for what people read, and a count of nanoseconds that never jumps for
 * everything that is measured. Passed in, so that a whole network can run on virtual time.
 */
public record TimeSource(Clock clock, LongSupplier ticks) {

    /** The machine's own clocks. */
    public static TimeSource system() {
        return new TimeSource(Clock.systemUTC(), System::nanoTime);
    }

    public Instant now() {
        return clock.instant();
    }

    /** Nanoseconds since some moment; only differences mean anything. */
    public long nanos() {
        return ticks.getAsLong();
    }
}
