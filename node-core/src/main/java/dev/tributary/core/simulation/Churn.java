package dev.tributary.core.simulation;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * Random crashes and restarts of nodes. Gateways never crash.
 *
 * @param interval the time between two rounds of crashes
 * @param rate the fraction of running nodes that crashes in each round, in 0..1
 * @param recovery the time from a crash to the restart
 * @param permanent the fraction of crashed nodes that never restarts, in 0..1
 * @param atMost the maximum number of nodes down at once, 1 or more
 */
public record Churn(Duration interval, double rate, Duration recovery, double permanent, int atMost) {

    public Churn {
        Bounds.positive("interval", interval);
        Bounds.positive("recovery", recovery);
        requireFraction("rate", rate);
        requireFraction("permanent", permanent);
        if (atMost < 1) {
            throw new IllegalArgumentException("atMost must be 1 or more, not " + atMost);
        }
    }

    /** Churn in which this fraction of nodes crashes every five seconds and restarts after three. */
    public static Churn of(double rate) {
        return new Churn(Duration.ofSeconds(5), rate, Duration.ofSeconds(3), 0, Integer.MAX_VALUE);
    }

    public Churn withPermanent(double share) {
        return new Churn(interval, rate, recovery, share, atMost);
    }

    public Churn withAtMost(int nodes) {
        return new Churn(interval, rate, recovery, permanent, nodes);
    }

    private static void requireFraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in 0..1, not " + value);
        }
    }
}
