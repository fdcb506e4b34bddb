package dev.tributary.core.simulation;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** How long a message is on its way between two nodes, before loss and bandwidth delay it further. */
@FunctionalInterface
public interface Latency {

    /**
     * One draw, in nanoseconds, zero or more.
     *
     * @param pair the same number for every message between the same two nodes of one network, either way
     */
    long nanos(RandomGenerator random, long pair);

    /** Always as long. */
    static Latency of(Duration latency) {
        return uniform(latency, latency);
    }

    /** Any time from the shorter to the longer, both included, with the same chance. */
    static Latency uniform(Duration shortest, Duration longest) {
        if (shortest.isNegative() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException("latency must be in 0..longest, not " + shortest + ".." + longest);
        }
        long from = shortest.toNanos();
        long span = longest.toNanos() - from + 1;
        return (random, pair) -> from + random.nextLong(span);
    }

    /**
     * Mostly near the median, sometimes much longer: the logarithm is normally distributed.
     *
     * @param sigma the standard deviation of the logarithm; 0.5 makes one message in a hundred take 3.2 times the median
     */
    static Latency logNormal(Duration median, double sigma) {
        if (median.isNegative() || !(sigma >= 0 && sigma <= 3)) {
            throw new IllegalArgumentException(
                    "median must be 0 or more and sigma in 0..3, not " + median + " and " + sigma);
        }
        double scale = median.toNanos();
        // StrictMath, for the same digits on every machine.
        return (random, pair) -> (long) (scale * StrictMath.exp(sigma * random.nextGaussian()));
    }

    /** One draw for each pair of nodes, which stays. */
    static Latency perPair(Latency drawn) {
        return (random, pair) -> drawn.nanos(new SplittableRandom(pair), pair);
    }
}
