package dev.tributary.core.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;

/** A wall clock that goes with the time of a scheduler, from the beginning of 2026 on. */
public final class VirtualClock extends Clock {

    /** What it shows first. */
    public static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final Scheduler time;
    private Duration ahead = Duration.ZERO;

    public VirtualClock(Scheduler time) {
        this.time = time;
    }

    /** As on a machine that sleeps: this clock goes on, and the scheduler's time does not. */
    public void goOn(Duration asleep) {
        ahead = ahead.plus(asleep);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return BEGIN.plus(ahead).plusNanos(time.now(TimeUnit.NANOSECONDS));
    }
}
