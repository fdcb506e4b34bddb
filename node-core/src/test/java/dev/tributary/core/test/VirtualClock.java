package dev.tributary.core.test;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;

/** A wall clock that follows the time of a scheduler, starting at the beginning of 2026. */
public final class VirtualClock extends Clock {

    /** Its first instant. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Scheduler time;
    private Duration ahead = Duration.ZERO;

    public VirtualClock(Scheduler time) {
        this.time = time;
    }

    /** Advances this clock but not the scheduler's time, as on a machine in sleep mode. */
    public void sleep(Duration sleep) {
        ahead = ahead.plus(sleep);
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
        return START.plus(ahead).plusNanos(time.now(TimeUnit.NANOSECONDS));
    }
}
