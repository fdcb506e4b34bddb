package dev.tributary.core.limit;

import java.time.Duration;

/**
 * A token bucket: allows a burst at once, and one more per interval. Starts full. The caller passes the time, in
 * nanoseconds of a monotonic clock. Not thread-safe.
 */
public final class TokenBucket {

    private final Rate rate;

    /** Time at which the bucket is full again, in nanoseconds: each token taken moves it by one interval. */
    private long fullAt;

    public TokenBucket(Rate rate, long now) {
        this.rate = rate;
        this.fullAt = now;
    }

    /** Takes one token; returns false if the bucket is empty. */
    public boolean tryAcquire(long now) {
        return tryAcquire(now, 1);
    }

    /** Takes this many tokens, 1 or more, if one is available: the bucket may owe the others. */
    public boolean tryAcquire(long now, int count) {
        if (availableAt() - now > 0) {
            return false;
        }
        fullAt = (isFull(now) ? now : fullAt) + count * rate.interval;
        return true;
    }

    /** Gives a token back that was taken. */
    public void giveBack() {
        fullAt -= rate.interval;
    }

    /** Earliest time at which a token is available, in nanoseconds; in the past if the bucket is not empty. */
    public long availableAt() {
        return fullAt - (rate.burst - 1) * rate.interval;
    }

    /** Whether all tokens are available. A full bucket behaves like a new one, so its owner may drop it. */
    public boolean isFull(long now) {
        return fullAt - now <= 0;
    }

    /** The burst and the interval of any number of buckets. Immutable. */
    public static final class Rate {

        private static final Rate UNLIMITED = new Rate(1, 0);

        private final long burst;
        private final long interval;

        private Rate(long burst, long interval) {
            this.burst = burst;
            this.interval = interval;
        }

        private static Rate checked(long burst, long interval) {
            if (burst < 1 || interval < 1 || burst > Long.MAX_VALUE / interval) {
                throw new IllegalArgumentException("invalid rate: burst of " + burst + ", one per " + interval + " ns");
            }
            return new Rate(burst, interval);
        }

        /** A token is available at any time. */
        public static Rate unlimited() {
            return UNLIMITED;
        }

        /** One token per interval, after a burst of this many. */
        public static Rate of(int burst, Duration interval) {
            return checked(burst, interval.toNanos());
        }

        /** This many tokens per second, after a burst of the amount of {@code burstSeconds}. */
        public static Rate perSecond(int tokens, int burstSeconds) {
            return checked((long) tokens * burstSeconds, Duration.ofSeconds(1).toNanos() / tokens);
        }
    }
}
