package dev.tributary.core.value;

import java.time.Clock;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Two clocks: the wall clock for timestamps that people read, and a monotonic nanosecond counter for all measurements.
 * Injected, so that a whole network can run on virtual time.
 */
public record TimeSource(Clock clock, LongSupplier nanoTime) {

    private static final TimeSource SYSTEM = new TimeSource(Clock.systemUTC(), System::nanoTime);

    /** Returns the clocks of the machine. */
    public static TimeSource system() {
        return SYSTEM;
    }

    /** Whether these are the clocks of the machine, so that threads and time are real. */
    public boolean isSystem() {
        return equals(SYSTEM);
    }

    public Instant now() {
        return clock.instant();
    }

    /** Returns the monotonic nanosecond counter; only differences are meaningful. */
    public long nanos() {
        return nanoTime.getAsLong();
    }
}
