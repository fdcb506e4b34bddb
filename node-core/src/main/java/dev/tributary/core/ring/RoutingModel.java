package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import java.util.Map;

/** What a node has learned about the neighbours that it asks. Immutable. */
final class RoutingModel {

    /** Prefers nobody: all neighbours cost the same, and the distance decides. */
    static final RoutingModel UNTAUGHT = new RoutingModel(Curves.UNKNOWN, Map.of());

    /** A failure costs as much as so many answers: whoever started the operation begins again. */
    private static final double FAILURE_COST = 3;

    private final Curves curves;
    private final Map<PeerId, Reputation> reputations;

    /** Takes the map over: it must not change any more. */
    RoutingModel(Curves curves, Map<PeerId, Reputation> reputations) {
        this.curves = curves;
        this.reputations = reputations;
    }

    /**
     * The time that an answer of this neighbour is worth waiting for, the cost of its failure included; only comparisons
     * mean anything. Infinite for a neighbour that was silent just now.
     */
    double cost(PeerId peer, double distance, long now) {
        Reputation reputation = reputations.getOrDefault(peer, Reputation.UNKNOWN);
        if (reputation.isDoubted(now)) {
            return Double.POSITIVE_INFINITY;
        }
        double span = Event.span(distance);
        double fails = curves.failure().at(span) + reputation.failure(now);
        double nanos = curves.nanos().at(span) * reputation.slowness(now);
        return nanos * (1 + FAILURE_COST * Math.min(1, Math.max(0, fails)));
    }
}
