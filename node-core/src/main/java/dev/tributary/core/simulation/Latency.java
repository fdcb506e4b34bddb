package dev.tributary.core.simulation;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The distribution of one-way latency between two nodes, without the delays of loss and bandwidth. */
@FunctionalInterface
public interface Latency {

    /**
     * Draws a latency in nanoseconds, zero or more.
     *
     * @param pair identifies the pair of nodes, the same number in both directions
     */
    long nanos(RandomGenerator random, long pair);

    /** A constant latency. */
    static Latency of(Duration latency) {
        return uniform(latency, latency);
    }

    /** A uniform distribution from the shortest to the longest latency, both included. */
    static Latency uniform(Duration shortest, Duration longest) {
        if (shortest.isNegative() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException("latency must be in 0..longest, not " + shortest + ".." + longest);
        }
        long from = shortest.toNanos();
        long span = longest.toNanos() - from + 1;
        return (random, pair) -> from + random.nextLong(span);
    }

    /**
     * A log-normal distribution: mostly near the median, sometimes much longer.
     *
     * @param sigma the standard deviation of the logarithm; with 0.5 the 99th percentile is 3.2 times the median
     */
    static Latency logNormal(Duration median, double sigma) {
        if (median.isNegative() || !(sigma >= 0 && sigma <= 3)) {
            throw new IllegalArgumentException(
                    "median must be 0 or more and sigma in 0..3, not " + median + " and " + sigma);
        }
        double scale = median.toNanos();
        // StrictMath gives the same result on every machine.
        return (random, pair) -> (long) (scale * StrictMath.exp(sigma * random.nextGaussian()));
    }

    /** A fixed latency for each pair of nodes, drawn once from the distribution. */
    static Latency perPair(Latency drawn) {
        return (random, pair) -> drawn.nanos(new SplittableRandom(pair), pair);
    }
}
