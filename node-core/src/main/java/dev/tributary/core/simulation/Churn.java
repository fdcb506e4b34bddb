package dev.tributary.core.simulation;

import dev.tributary.core.value.Bounds;
import java.time.Duration;

/**
 * Random crashes and restarts of nodes. Gateways never crash.
 *
 * @param interval the time between two rounds of crashes
 * @param rate the fraction of running nodes that crashes in each round, in 0..1
 * @param downtime the time from a crash to the restart
 * @param permanentShare the fraction of crashed nodes that never restarts, in 0..1
 * @param maxDown the maximum number of nodes down at once, 1 or more
 */
public record Churn(Duration interval, double rate, Duration downtime, double permanentShare, int maxDown) {

    public Churn {
        Bounds.positive("interval", interval);
        Bounds.positive("downtime", downtime);
        requireFraction("rate", rate);
        requireFraction("permanent", permanentShare);
        if (maxDown < 1) {
            throw new IllegalArgumentException("atMost must be 1 or more, not " + maxDown);
        }
    }

    /** Churn in which this fraction of nodes crashes every five seconds and restarts after three. */
    public static Churn of(double rate) {
        return new Churn(Duration.ofSeconds(5), rate, Duration.ofSeconds(3), 0, Integer.MAX_VALUE);
    }

    public Churn withPermanentShare(double share) {
        return new Churn(interval, rate, downtime, share, maxDown);
    }

    public Churn withMaxDown(int nodes) {
        return new Churn(interval, rate, downtime, permanentShare, nodes);
    }

    private static void requireFraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in 0..1, not " + value);
        }
    }
}
