package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Chooses the next hops towards a ring location. Pure functions of a snapshot: the ring, the routing model, and the
 * time in nanoseconds. The model only orders the nearest neighbours, and every hop is closer to the target, so the
 * model cannot cause a routing loop.
 */
public final class Router {

    /** Maximum number of candidates, nearest first: a farther neighbour is not considered, however fast it is. */
    static final int MAX_CANDIDATES = 25;

    /**
     * Cost of choosing a neighbour twice as far from the target as the nearest one, as a fraction of the expected reply
     * time. It prevents extra hops caused by noise while few replies are recorded.
     */
    private static final double DETOUR_COST = 0.25;

    private final Ring ring;
    private final RoutingModel model;
    private final long now;

    Router(Ring ring, RoutingModel model, long now) {
        this.ring = ring;
        this.model = model;
        this.now = now;
    }

    /**
     * Returns the neighbours that are closer to the location than this node, at most the nearest 25: the shortest
     * expected reply time first, neighbours that recently did not reply last. Empty if this node is the root of the
     * location.
     */
    public List<PeerId> nextHops(RingLocation target, Predicate<PeerId> excluded) {
        return candidates(target, excluded, false);
    }

    /**
     * Returns {@link #nextHops}, followed by the neighbours that are not closer, nearest first: for searches with
     * detours.
     */
    public List<PeerId> nextHopsWithDetours(RingLocation target, Predicate<PeerId> excluded) {
        return candidates(target, excluded, true);
    }

    private List<PeerId> candidates(RingLocation target, Predicate<PeerId> excluded, boolean includeDetours) {
        PeerId[] peers = new PeerId[MAX_CANDIDATES];
        double[] costs = new double[MAX_CANDIDATES];
        int count = 0;
        double nearest = 0;
        NearestFirstIterator iterator = ring.nearestFirst(target);
        for (int index = iterator.next(); index >= 0 && count < MAX_CANDIDATES; index = iterator.next()) {
            boolean closer = ring.isCloser(index, target.value());
            if (!closer && !includeDetours) {
                break;
            }
            PeerId peer = ring.peer(index);
            if (excluded.test(peer)) {
                continue;
            }
            double distance = ring.distance(index, target.value());
            nearest = count == 0 ? distance : nearest;
            insert(peers, costs, count++, peer, closer ? cost(peer, distance, nearest) : detourCost(peer));
        }
        return Arrays.asList(Arrays.copyOf(peers, count));
    }

    private double cost(PeerId peer, double distance, double nearest) {
        double detour = ExchangeSample.logDistance(distance) - ExchangeSample.logDistance(nearest);
        return model.cost(peer, distance, now) * (1 + DETOUR_COST * detour);
    }

    /** Returns a cost above all others except that of a neighbour that did not reply. */
    private double detourCost(PeerId peer) {
        return Math.max(Double.MAX_VALUE, model.cost(peer, 0.5, now));
    }

    /** Inserts by cost; stable, so that the nearer of two neighbours with equal cost comes first. */
    private static void insert(PeerId[] peers, double[] costs, int count, PeerId peer, double cost) {
        int position = count;
        while (position > 0 && costs[position - 1] > cost) {
            costs[position] = costs[position - 1];
            peers[position] = peers[position - 1];
            position--;
        }
        costs[position] = cost;
        peers[position] = peer;
    }
}
