package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Snapshot of this node and its neighbours on the ring. Immutable. */
public final class Ring {

    private static final Comparator<LocatedPeer> BY_LOCATION =
            Comparator.comparingDouble(LocatedPeer::location).thenComparing(LocatedPeer::peer);

    private final PeerId self;
    private final double selfLocation;
    private final List<PeerId> neighbours;

    /** The neighbours sorted by ring location, and their locations, precomputed for searches. */
    private final PeerId[] peers;

    private final double[] locations;

    private Ring(PeerId self, List<PeerId> neighbours) {
        this.self = self;
        this.selfLocation = self.location().value();
        this.neighbours = neighbours;
        LocatedPeer[] sorted = neighbours.stream().map(LocatedPeer::of).toArray(LocatedPeer[]::new);
        Arrays.sort(sorted, BY_LOCATION);
        this.peers = new PeerId[sorted.length];
        this.locations = new double[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            peers[i] = sorted[i].peer();
            locations[i] = sorted[i].location();
        }
    }

    public static Ring of(PeerId self, Collection<PeerId> neighbours) {
        return new Ring(
                self, neighbours.stream().filter(peer -> !peer.equals(self)).toList());
    }

    public PeerId self() {
        return self;
    }

    /** Returns the neighbours in the order in which they were given. */
    public List<PeerId> neighbours() {
        return neighbours;
    }

    /**
     * Returns the neighbours that are closer to the location than this node, nearest first. Empty if this node is the
     * nearest known one, that is the root. Ties are broken by the smaller id, so that all nodes agree on the order.
     */
    public List<PeerId> nextHops(RingLocation target, Predicate<PeerId> excluded) {
        List<PeerId> closer = new ArrayList<>();
        NearestFirstIterator iterator = nearestFirst(target);
        for (int index = iterator.next(); index >= 0 && isCloser(index, target.value()); index = iterator.next()) {
            if (!excluded.test(peers[index])) {
                closer.add(peers[index]);
            }
        }
        return closer;
    }

    /** Returns all neighbours except the excluded ones, nearest to the location first. */
    public List<PeerId> nearest(RingLocation target, Predicate<PeerId> excluded) {
        List<PeerId> nearest = new ArrayList<>(peers.length);
        NearestFirstIterator iterator = nearestFirst(target);
        for (int index = iterator.next(); index >= 0; index = iterator.next()) {
            if (!excluded.test(peers[index])) {
                nearest.add(peers[index]);
            }
        }
        return nearest;
    }

    NearestFirstIterator nearestFirst(RingLocation target) {
        return new NearestFirstIterator(peers, locations, target.value());
    }

    PeerId peer(int index) {
        return peers[index];
    }

    double distance(int index, double target) {
        return distance(locations[index], target);
    }

    /** Returns whether this neighbour is closer to the target than this node. */
    boolean isCloser(int index, double target) {
        double ownDistance = distance(selfLocation, target);
        double neighbourDistance = distance(locations[index], target);
        return neighbourDistance != ownDistance ? neighbourDistance < ownDistance : peers[index].compareTo(self) < 0;
    }

    static double distance(double location, double target) {
        double gap = Math.abs(location - target);
        return Math.min(gap, 1 - gap);
    }

    /** A neighbour with its location: computing it for every comparison would cost more than the sorting. */
    private record LocatedPeer(PeerId peer, double location) {

        static LocatedPeer of(PeerId peer) {
            return new LocatedPeer(peer, peer.location().value());
        }
    }
}
