package dev.tributary.core.operation;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** This node and its neighbours with their locations worked out, so that many contracts are placed quickly. Immutable. */
final class Vicinity {

    private final Place self;
    private final List<Place> neighbours;
    private final Set<PeerId> peers;

    private Vicinity(Place self, List<Place> neighbours, Set<PeerId> peers) {
        this.self = self;
        this.neighbours = neighbours;
        this.peers = peers;
    }

    static Vicinity of(PeerId self, Collection<PeerId> neighbours) {
        return new Vicinity(Place.of(self), neighbours.stream().map(Place::of).toList(), new HashSet<>(neighbours));
    }

    /** The neighbours. */
    Set<PeerId> peers() {
        return peers;
    }

    boolean contains(PeerId peer) {
        return peers.contains(peer);
    }

    /** Whether there are no neighbours. */
    boolean alone() {
        return neighbours.isEmpty();
    }

    /** Whether the peer is farther from the location than this node. */
    boolean isFarther(PeerId peer, RingLocation location) {
        Place place = Place.of(peer);
        return nearer(self.location.distanceTo(location), self, place.location.distanceTo(location), place);
    }

    /**
     * Whom this node keeps in step with about a contract at this location.
     *
     * @param copies how many neighbours hold a copy if this node is the root
     * @param unwilling the neighbours that hold none even so
     * @param hosts the neighbours that are known to hold one: the nearest of them is the upstream if it is nearer than
     *     this node, for every other choice would make one more copy with every neighbour that comes
     */
    Duty duty(RingLocation location, int copies, Predicate<PeerId> unwilling, Predicate<PeerId> hosts) {
        double own = self.location.distanceTo(location);
        Place upstream = null;
        double least = 0;
        boolean hosted = false;
        int nearer = 0;
        for (Place each : neighbours) {
            double distance = each.location.distanceTo(location);
            if (nearer(distance, each, own, self)) {
                nearer++;
                boolean hosting = hosts.test(each.peer);
                if (upstream == null
                        || (hosting && !hosted)
                        || (hosting == hosted && nearer(distance, each, least, upstream))) {
                    upstream = each;
                    least = distance;
                    hosted = hosting;
                }
            }
        }
        return upstream == null
                ? new Duty(0, nearest(location, copies, unwilling))
                : new Duty(nearer, List.of(upstream.peer));
    }

    /** A handful out of a few hundred: it is put into its place in a short list, which beats sorting all. */
    private List<PeerId> nearest(RingLocation location, int count, Predicate<PeerId> unwilling) {
        List<Place> nearest = new ArrayList<>(count + 1);
        for (Place each : neighbours) {
            if (unwilling.test(each.peer)) {
                continue;
            }
            double distance = each.location.distanceTo(location);
            int at = nearest.size();
            while (at > 0
                    && nearer(distance, each, nearest.get(at - 1).location.distanceTo(location), nearest.get(at - 1))) {
                at--;
            }
            if (at < count) {
                nearest.add(at, each);
                if (nearest.size() > count) {
                    nearest.remove(count);
                }
            }
        }
        return nearest.stream().map(Place::peer).toList();
    }

    /** Ties go to the smaller id, as everywhere on the ring. */
    private static boolean nearer(double distance, Place place, double than, Place other) {
        return distance < than || (distance == than && place.peer.compareTo(other.peer) < 0);
    }

    private record Place(PeerId peer, RingLocation location) {

        static Place of(PeerId peer) {
            return new Place(peer, peer.location());
        }
    }
}
