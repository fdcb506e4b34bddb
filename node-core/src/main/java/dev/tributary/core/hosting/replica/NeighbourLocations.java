package dev.tributary.core.hosting.replica;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** This node and its neighbours with precomputed locations, to assign sync partners for many contracts. Immutable. */
public final class NeighbourLocations {

    private final LocatedPeer self;

    /** The neighbours that contracts are synchronised with. */
    private final List<LocatedPeer> neighbours;

    private final Set<PeerId> peers;

    private NeighbourLocations(LocatedPeer self, List<LocatedPeer> neighbours, Set<PeerId> peers) {
        this.self = self;
        this.neighbours = neighbours;
        this.peers = peers;
    }

    public static NeighbourLocations of(PeerId self, Collection<PeerId> neighbours) {
        return of(self, neighbours, Set.of());
    }

    /**
     * @param unreliable neighbours whose links break again and again or that answer nothing: no contract is synchronised
     *     with them
     */
    public static NeighbourLocations of(PeerId self, Collection<PeerId> neighbours, Set<PeerId> unreliable) {
        return new NeighbourLocations(
                LocatedPeer.of(self),
                neighbours.stream()
                        .filter(peer -> !unreliable.contains(peer))
                        .map(LocatedPeer::of)
                        .toList(),
                new HashSet<>(neighbours));
    }

    /** The neighbours. */
    public Set<PeerId> peers() {
        return peers;
    }

    public boolean contains(PeerId peer) {
        return peers.contains(peer);
    }

    /** Whether there are no neighbours. */
    public boolean hasNoNeighbours() {
        return peers.isEmpty();
    }

    /** Whether the peer is farther from the location than this node. */
    public boolean isFarther(PeerId peer, RingLocation location) {
        LocatedPeer candidate = LocatedPeer.of(peer);
        return isNearer(self.location.distanceTo(location), self, candidate.location.distanceTo(location), candidate);
    }

    /**
     * The peers that this node synchronises a contract at this location with.
     *
     * @param replicas number of neighbours that hold a replica if this node is the root
     * @param isRefusing neighbours that refuse to host the contract; they are skipped, but not if all nearer ones refuse
     * @param isHost neighbours that are known to hold a replica: of those nearer than this node, the nearest host is
     *     preferred as upstream; choosing the nearest peer instead would add a replica with each new neighbour
     */
    public SyncPartners syncPartners(
            RingLocation location, int replicas, Predicate<PeerId> isRefusing, Predicate<PeerId> isHost) {
        double ownDistance = self.location.distanceTo(location);
        LocatedPeer upstream = null;
        double upstreamDistance = 0;
        int upstreamRank = 0;
        int nearer = 0;
        for (LocatedPeer each : neighbours) {
            double distance = each.location.distanceTo(location);
            if (isNearer(distance, each, ownDistance, self)) {
                nearer++;
                int rank = isRefusing.test(each.peer) ? 0 : isHost.test(each.peer) ? 2 : 1;
                if (upstream == null
                        || rank > upstreamRank
                        || (rank == upstreamRank && isNearer(distance, each, upstreamDistance, upstream))) {
                    upstream = each;
                    upstreamDistance = distance;
                    upstreamRank = rank;
                }
            }
        }
        return upstream == null
                ? new SyncPartners(0, nearest(location, replicas, isRefusing))
                : new SyncPartners(nearer, List.of(upstream.peer));
    }

    /** Selects the nearest neighbours by insertion into a short list, which is faster than sorting all of them. */
    private List<PeerId> nearest(RingLocation location, int count, Predicate<PeerId> isRefusing) {
        List<LocatedPeer> nearest = new ArrayList<>(count + 1);
        for (LocatedPeer each : neighbours) {
            if (isRefusing.test(each.peer)) {
                continue;
            }
            double distance = each.location.distanceTo(location);
            int index = nearest.size();
            while (index > 0
                    && isNearer(
                            distance,
                            each,
                            nearest.get(index - 1).location.distanceTo(location),
                            nearest.get(index - 1))) {
                index--;
            }
            if (index < count) {
                nearest.add(index, each);
                if (nearest.size() > count) {
                    nearest.remove(count);
                }
            }
        }
        return nearest.stream().map(LocatedPeer::peer).toList();
    }

    /** Whether a location is nearer than another. Equal distances are ordered by peer id, as everywhere on the ring. */
    private static boolean isNearer(double distance, LocatedPeer candidate, double otherDistance, LocatedPeer other) {
        return distance < otherDistance || (distance == otherDistance && candidate.peer.compareTo(other.peer) < 0);
    }

    private record LocatedPeer(PeerId peer, RingLocation location) {

        static LocatedPeer of(PeerId peer) {
            return new LocatedPeer(peer, peer.location());
        }
    }
}
