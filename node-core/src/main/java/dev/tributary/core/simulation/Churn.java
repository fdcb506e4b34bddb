package dev.tributary.core.simulation;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * How nodes come and go. Gateways stay.
 *
 * @param interval how often it is decided who crashes
 * @param rate which fraction of the nodes that are up crashes each time, in 0..1
 * @param recovery how long a node is down
 * @param permanent which fraction of those that crash never comes back, in 0..1
 * @param atMost how many may be down at once
 */
public record Churn(Duration interval, double rate, Duration recovery, double permanent, int atMost) {

    public Churn {
        Bounds.positive("interval", interval);
        Bounds.positive("recovery", recovery);
        fraction("rate", rate);
        fraction("permanent", permanent);
        if (atMost < 1) {
            throw new IllegalArgumentException("atMost must be 1 or more, not " + atMost);
        }
    }

    /** So many crash every five seconds, and are back after three. */
    public static Churn of(double rate) {
        return new Churn(Duration.ofSeconds(5), rate, Duration.ofSeconds(3), 0, Integer.MAX_VALUE);
    }

    public Churn withPermanent(double share) {
        return new Churn(interval, rate, recovery, share, atMost);
    }

    public Churn withAtMost(int nodes) {
        return new Churn(interval, rate, recovery, permanent, nodes);
    }

    private static void fraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in 0..1, not " + value);
        }
    }
}
