package dev.tributary.core.ring;

import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** A manual clock: only the test advances it. */
final class ManualTime {

    private long nanos;

    static TimeSource stopped() {
        return new ManualTime().source();
    }

    TimeSource source() {
        return new TimeSource(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), () -> nanos);
    }

    void advance(Duration duration) {
        nanos += duration.toNanos();
    }
}
