package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import java.util.Map;

/** Predicts the cost of asking each neighbour, from recorded exchanges. Immutable. */
final class RoutingModel {

    /** The model without data: all neighbours cost the same, so the distance decides. */
    static final RoutingModel UNTRAINED = new RoutingModel(LatencyModel.UNTRAINED, Map.of());

    /** Cost of a failure, as a multiple of the reply time: the originator of the operation has to retry. */
    private static final double FAILURE_COST = 3;

    private final LatencyModel curves;
    private final Map<PeerId, Reputation> reputations;

    /** Takes ownership of the map: the caller must not modify it. */
    RoutingModel(LatencyModel curves, Map<PeerId, Reputation> reputations) {
        this.curves = curves;
        this.reputations = reputations;
    }

    /**
     * Returns the expected reply time of the neighbour, including the expected cost of a failure. Only comparisons are
     * meaningful. Infinite for a neighbour that recently did not reply.
     */
    double cost(PeerId peer, double distance, long now) {
        Reputation reputation = reputations.getOrDefault(peer, Reputation.UNKNOWN);
        if (reputation.isDeprioritized(now)) {
            return Double.POSITIVE_INFINITY;
        }
        double span = ExchangeSample.logDistance(distance);
        double failure = curves.failureRate().at(span) + reputation.failure(now);
        double nanos = curves.latencyNanos().at(span) * reputation.slowness(now);
        return nanos * (1 + FAILURE_COST * Math.min(1, Math.max(0, failure)));
    }
}
