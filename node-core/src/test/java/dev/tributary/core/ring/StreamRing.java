package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reference implementation: sorts all neighbours by distance. {@link Ring} is tested and benchmarked against it. */
record StreamRing(PeerId self, List<PeerId> neighbours) {

    static StreamRing of(PeerId self, Collection<PeerId> neighbours) {
        return new StreamRing(self, List.copyOf(neighbours));
    }

    List<PeerId> nextHops(RingLocation target, Predicate<PeerId> excluded) {
        return byDistance(target, excluded)
                .filter(peer -> nearestTo(target).compare(peer, self) < 0)
                .toList();
    }

    List<PeerId> nearest(RingLocation target, Predicate<PeerId> excluded) {
        return byDistance(target, excluded).toList();
    }

    private Stream<PeerId> byDistance(RingLocation target, Predicate<PeerId> excluded) {
        return neighbours.stream().filter(excluded.negate()).sorted(nearestTo(target));
    }

    private static Comparator<PeerId> nearestTo(RingLocation target) {
        return Comparator.comparingDouble((PeerId peer) -> peer.location().distanceTo(target))
                .thenComparing(Comparator.naturalOrder());
    }
}
