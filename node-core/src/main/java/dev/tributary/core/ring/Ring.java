package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** This node and its neighbours on the ring, at one moment. Immutable. */
public final class Ring {

    private static final Comparator<Placed> ROUND_THE_RING =
            Comparator.comparingDouble(Placed::place).thenComparing(Placed::peer);

    private final PeerId self;
    private final double selfPlace;
    private final List<PeerId> neighbours;

    /** The neighbours as they come on the way round the ring, and where they are: a search needs no other look. */
    private final PeerId[] peers;

    private final double[] places;

    private Ring(PeerId self, List<PeerId> neighbours) {
        this.self = self;
        this.selfPlace = self.location().value();
        this.neighbours = neighbours;
        Placed[] sorted = neighbours.stream().map(Placed::of).toArray(Placed[]::new);
        Arrays.sort(sorted, ROUND_THE_RING);
        this.peers = new PeerId[sorted.length];
        this.places = new double[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            peers[i] = sorted[i].peer();
            places[i] = sorted[i].place();
        }
    }

    public static Ring of(PeerId self, Collection<PeerId> neighbours) {
        return new Ring(
                self, neighbours.stream().filter(peer -> !peer.equals(self)).toList());
    }

    public PeerId self() {
        return self;
    }

    /** The neighbours in the order in which they were given. */
    public List<PeerId> neighbours() {
        return neighbours;
    }

    /**
     * The neighbours that are closer to this location than this node, nearest first. None if this node is the nearest of
     * those it knows: it is the root then. Ties go to the smaller id, so that all nodes agree who is nearest.
     */
    public List<PeerId> nextHops(RingLocation target, Predicate<PeerId> excluded) {
        List<PeerId> closer = new ArrayList<>();
        Walk walk = walk(target);
        for (int next = walk.next(); next >= 0 && isCloser(next, target.value()); next = walk.next()) {
            if (!excluded.test(peers[next])) {
                closer.add(peers[next]);
            }
        }
        return closer;
    }

    /** All neighbours but the excluded ones, the nearest to the location first. */
    public List<PeerId> nearest(RingLocation target, Predicate<PeerId> excluded) {
        List<PeerId> nearest = new ArrayList<>(peers.length);
        Walk walk = walk(target);
        for (int next = walk.next(); next >= 0; next = walk.next()) {
            if (!excluded.test(peers[next])) {
                nearest.add(peers[next]);
            }
        }
        return nearest;
    }

    Walk walk(RingLocation target) {
        return new Walk(peers, places, target.value());
    }

    PeerId peer(int index) {
        return peers[index];
    }

    double distance(int index, double target) {
        return distance(places[index], target);
    }

    /** Whether this neighbour is closer to the target than this node. */
    boolean isCloser(int index, double target) {
        double mine = distance(selfPlace, target);
        double its = distance(places[index], target);
        return its != mine ? its < mine : peers[index].compareTo(self) < 0;
    }

    static double distance(double place, double target) {
        double gap = Math.abs(place - target);
        return Math.min(gap, 1 - gap);
    }

    /** A neighbour with its place: to work that out for every comparison would cost more than the sorting. */
    private record Placed(PeerId peer, double place) {

        static Placed of(PeerId peer) {
            return new Placed(peer, peer.location().value());
        }
    }
}
