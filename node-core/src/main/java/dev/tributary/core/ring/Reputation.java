package dev.tributary.core.ring;

import java.time.Duration;

/**
 * How one neighbour's exchanges deviate from the expectation at its distance. The deviation decays over time, so that a
 * neighbour which is not asked any more is retried after a while.
 *
 * @param samples number of exchanges
 * @param failure failure probability in excess of the expectation at its distance
 * @param slowness reply time as a multiple of the expectation at its distance
 * @param lastCompletedAt end of the last exchange, in nanoseconds of the node's time source
 * @param consecutiveTimeouts number of consecutive exchanges without a reply
 * @param deprioritizedUntil end of its deprioritization, in the same nanoseconds; meaningless if {@code silences} is 0
 */
record Reputation(
        int samples,
        double failure,
        double slowness,
        long lastCompletedAt,
        int consecutiveTimeouts,
        long deprioritizedUntil) {

    static final Reputation UNKNOWN = new Reputation(0, 0, 1, 0, 0, 0);

    /** Smoothing factor of the moving averages: the last ten exchanges carry two thirds of the weight. */
    private static final double SMOOTHING = 0.1;

    /** Minimum number of exchanges to use the averages. Few suffice: the averages start neutral and grow gradually. */
    static final int MIN_EVENTS = 5;

    /** Maximum ratio of one reply time to the expectation: caps the influence of replies that carry large states. */
    private static final double MAX_RATIO = 8;

    private static final double DECAY_NANOS = Duration.ofMinutes(10).toNanos();
    private static final long INITIAL_PENALTY = Duration.ofSeconds(30).toNanos();
    private static final long MAX_PENALTY = Duration.ofMinutes(10).toNanos();

    /** Probability of timeouts among all neighbours above which a timeout is not attributed to this neighbour. */
    private static final double MAX_CHANCE = 0.05;

    /** Returns the reputation with one more exchange, compared to the expectation at its distance. */
    Reputation withSample(ExchangeSample event, LatencyModel expected) {
        double excess = event.outcome().failure() - expected.failureRate().at(event.logDistance());
        double ratio = event.hasReplyTime()
                ? Math.min(
                        MAX_RATIO,
                        Math.max(1, event.durationNanos())
                                / expected.latencyNanos().at(event.logDistance()))
                : slowness;
        return new Reputation(
                samples + 1,
                failure + SMOOTHING * (excess - failure),
                slowness + SMOOTHING * (ratio - slowness),
                event.completedAt(),
                consecutiveTimeouts,
                deprioritizedUntil);
    }

    /**
     * Returns the reputation with one more exchange without a reply. The peer is deprioritized at once, each time for
     * twice as long, unless other neighbours time out so often that it may be chance.
     */
    Reputation withTimeout(double timeoutRateOfOthers, long now) {
        int count = consecutiveTimeouts + 1;
        boolean byChance = Math.pow(timeoutRateOfOthers, count) > MAX_CHANCE;
        long penalty = byChance ? 0 : Math.min(MAX_PENALTY, INITIAL_PENALTY << Math.min(consecutiveTimeouts, 5));
        return new Reputation(samples, failure, slowness, lastCompletedAt, count, now + penalty);
    }

    /** Returns the reputation without the exchanges, but with the consecutive timeouts. */
    Reputation withoutSamples() {
        return new Reputation(
                0, UNKNOWN.failure, UNKNOWN.slowness, UNKNOWN.lastCompletedAt, consecutiveTimeouts, deprioritizedUntil);
    }

    /** Returns the reputation without consecutive timeouts. */
    Reputation withoutTimeouts() {
        return consecutiveTimeouts == 0 ? this : new Reputation(samples, failure, slowness, lastCompletedAt, 0, 0);
    }

    /** Returns whether all other neighbours should be asked first. */
    boolean isDeprioritized(long now) {
        return consecutiveTimeouts > 0 && deprioritizedUntil - now > 0;
    }

    double failure(long now) {
        return weight(now) * failure;
    }

    double slowness(long now) {
        return 1 + weight(now) * (slowness - 1);
    }

    private double weight(long now) {
        return samples < MIN_EVENTS ? 0 : Math.max(0, 1 - (now - lastCompletedAt) / DECAY_NANOS);
    }
}
