package dev.tributary.core.membership;

import dev.tributary.core.value.TimeSource;
import java.time.Duration;

/** Token bucket for inbound links: a rate in links per second, with a burst of three seconds. Loop thread only. */
final class ArrivalRateLimiter {

    private static final int BURST_SECONDS = 3;

    private static final double SECOND = Duration.ofSeconds(1).toNanos();

    private final int perSecond;
    private final TimeSource time;
    private double tokens;
    private long lastRefill;

    ArrivalRateLimiter(int perSecond, TimeSource time) {
        this.perSecond = perSecond;
        this.time = time;
        this.tokens = (double) perSecond * BURST_SECONDS;
        this.lastRefill = time.nanos();
    }

    /** Takes one token; false if the bucket is empty. */
    boolean tryAcquire() {
        long now = time.nanos();
        tokens = Math.min((double) perSecond * BURST_SECONDS, tokens + (now - lastRefill) / SECOND * perSecond);
        lastRefill = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
