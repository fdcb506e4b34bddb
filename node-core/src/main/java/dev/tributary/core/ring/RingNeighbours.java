package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The two ring neighbours of a node: its successor and its predecessor. They guarantee that every greedy search reaches
 * its target, independent of all other links. A node therefore never drops them, and accepts nearer ones even if it has
 * its maximum number of neighbours.
 */
public final class RingNeighbours {

    private RingNeighbours() {}

    /** Returns the nearest neighbour in the direction of increasing locations. */
    static Optional<PeerId> successor(PeerId self, Collection<PeerId> neighbours) {
        return neighbours.stream().min(clockwiseFrom(self));
    }

    /** Returns the nearest neighbour in the direction of decreasing locations. */
    static Optional<PeerId> predecessor(PeerId self, Collection<PeerId> neighbours) {
        return neighbours.stream().max(clockwiseFrom(self));
    }

    /** Returns whether the peer would become successor or predecessor: nearer on its side than all neighbours. */
    public static boolean wouldContain(PeerId self, Collection<PeerId> neighbours, PeerId peer) {
        Predicate<PeerId> isPeer = Predicate.isEqual(peer);
        Collection<PeerId> all =
                Stream.concat(neighbours.stream(), Stream.of(peer)).toList();
        return successor(self, all).filter(isPeer).isPresent()
                || predecessor(self, all).filter(isPeer).isPresent();
    }

    /** Breaks ties by the smaller id, so that all nodes agree on the order. */
    private static Comparator<PeerId> clockwiseFrom(PeerId self) {
        RingLocation from = self.location();
        return Comparator.comparingDouble((PeerId peer) -> from.clockwiseTo(peer.location()))
                .thenComparing(Comparator.naturalOrder());
    }
}
