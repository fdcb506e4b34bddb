package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The two neighbours next to a node on the ring, one on each side. With them every greedy search arrives, however the
 * other links lie; so a node never gives them up, and takes nearer ones even if it has all the neighbours that it admits.
 */
public final class Lattice {

    private Lattice() {}

    /** The nearest in the direction of growing locations. */
    static Optional<PeerId> successor(PeerId self, Collection<PeerId> neighbours) {
        return neighbours.stream().min(clockwiseFrom(self));
    }

    /** The nearest in the direction of falling locations. */
    static Optional<PeerId> predecessor(PeerId self, Collection<PeerId> neighbours) {
        return neighbours.stream().max(clockwiseFrom(self));
    }

    /** Whether the peer would be next to the node, nearer on its side than all neighbours. */
    public static boolean admits(PeerId self, Collection<PeerId> neighbours, PeerId peer) {
        Predicate<PeerId> here = Predicate.isEqual(peer);
        Collection<PeerId> all =
                Stream.concat(neighbours.stream(), Stream.of(peer)).toList();
        return successor(self, all).filter(here).isPresent()
                || predecessor(self, all).filter(here).isPresent();
    }

    /** Ties go to the smaller id, so that all nodes agree who is next. */
    private static Comparator<PeerId> clockwiseFrom(PeerId self) {
        RingLocation from = self.location();
        return Comparator.comparingDouble((PeerId peer) -> from.clockwiseTo(peer.location()))
                .thenComparing(Comparator.naturalOrder());
    }
}
