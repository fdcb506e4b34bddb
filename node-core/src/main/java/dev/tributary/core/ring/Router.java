package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Whom to ask about something at a location. Pure functions of a moment: the ring, what was learned about the
 * neighbours, and the time in nanoseconds. What was learned decides among the nearest only, and a request that is passed
 * on gets closer with every hop, so no lesson makes it run in circles.
 */
public final class Router {

    /** Who is farther than so many others is no choice, however fast. */
    static final int CANDIDATES = 25;

    /**
     * What it costs to go to a neighbour twice as far from the target as the nearest one, as a share of an answer's time:
     * it saves the hops that the noise of few answers would add.
     */
    private static final double DETOUR = 0.25;

    private final Ring ring;
    private final RoutingModel model;
    private final long now;

    Router(Ring ring, RoutingModel model, long now) {
        this.ring = ring;
        this.model = model;
        this.now = now;
    }

    /**
     * The neighbours that are closer to the location than this node, the one with the soonest expected answer first, and
     * those that were silent just now last: at most the nearest 25. None if this node is the root of the location.
     */
    public List<PeerId> nextHops(RingLocation target, Predicate<PeerId> excluded) {
        return best(target, excluded, false);
    }

    /** The same, and then the neighbours that are not closer, nearest first: for a search that may have to lead round. */
    public List<PeerId> anyHops(RingLocation target, Predicate<PeerId> excluded) {
        return best(target, excluded, true);
    }

    private List<PeerId> best(RingLocation target, Predicate<PeerId> excluded, boolean leadsRound) {
        PeerId[] peers = new PeerId[CANDIDATES];
        double[] costs = new double[CANDIDATES];
        int count = 0;
        double nearest = 0;
        Walk walk = ring.walk(target);
        for (int next = walk.next(); next >= 0 && count < CANDIDATES; next = walk.next()) {
            boolean closer = ring.isCloser(next, target.value());
            if (!closer && !leadsRound) {
                break;
            }
            PeerId peer = ring.peer(next);
            if (excluded.test(peer)) {
                continue;
            }
            double distance = ring.distance(next, target.value());
            nearest = count == 0 ? distance : nearest;
            insert(peers, costs, count++, peer, closer ? cost(peer, distance, nearest) : beside(peer));
        }
        return Arrays.asList(Arrays.copyOf(peers, count));
    }

    private double cost(PeerId peer, double distance, double nearest) {
        double detour = Event.span(distance) - Event.span(nearest);
        return model.cost(peer, distance, now) * (1 + DETOUR * detour);
    }

    /** More than anything but silence. */
    private double beside(PeerId peer) {
        return Math.max(Double.MAX_VALUE, model.cost(peer, 0.5, now));
    }

    /** Of two that cost the same the earlier one, which is nearer, stays before the other. */
    private static void insert(PeerId[] peers, double[] costs, int count, PeerId peer, double cost) {
        int at = count;
        while (at > 0 && costs[at - 1] > cost) {
            costs[at] = costs[at - 1];
            peers[at] = peers[at - 1];
            at--;
        }
        costs[at] = cost;
        peers[at] = peer;
    }
}
