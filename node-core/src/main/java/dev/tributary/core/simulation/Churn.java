package dev.tributary.core.simulation;

import dev.tributary.core.value.Bounds;
import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
public record Churn(Duration interval, double rate, Duration downtime, double permanentShare, int maxDown)
        implements ChurnBuilder.With {

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
        return ChurnBuilder.builder()
                .interval(Duration.ofSeconds(5))
                .rate(rate)
                .downtime(Duration.ofSeconds(3))
                .permanentShare(0)
                .maxDown(Integer.MAX_VALUE)
                .build();
    }

    private static void requireFraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in 0..1, not " + value);
        }
    }
}
