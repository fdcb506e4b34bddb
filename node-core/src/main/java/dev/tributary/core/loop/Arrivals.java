package dev.tributary.core.loop;

import dev.tributary.core.value.TimeSource;
import java.time.Duration;

/** Lets so many in a second on average, and three seconds' worth at once: a token bucket. Loop thread only. */
final class Arrivals {

    private static final int BURST_SECONDS = 3;

    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final int perSecond;
    private final TimeSource time;
    private double tokens;
    private long filled;

    Arrivals(int perSecond, TimeSource time) {
        this.perSecond = perSecond;
        this.time = time;
        this.tokens = (double) perSecond * BURST_SECONDS;
        this.filled = time.nanos();
    }

    boolean admit() {
        long now = time.nanos();
        tokens = Math.min((double) perSecond * BURST_SECONDS, tokens + (now - filled) / SECOND * perSecond);
        filled = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
