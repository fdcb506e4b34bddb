package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** This node and its neighbours on the ring, at one moment. */
public record Ring(PeerId self, List<PeerId> neighbours) {

    public Ring {
        neighbours = List.copyOf(neighbours);
    }

    public static Ring of(PeerId self, Collection<PeerId> neighbours) {
        return new Ring(self, List.copyOf(neighbours));
    }

    /**
     * Whom to ask about something at this location: the neighbours that are closer to it than this node, nearest first.
     * None if this node is the nearest of those it knows: it is the root then.
     */
    public List<PeerId> nextHops(RingLocation target, Predicate<PeerId> excluded) {
        return byDistance(target, excluded)
                .filter(peer -> closer(peer, self, target))
                .toList();
    }

    /** All neighbours but the excluded ones, the nearest to the location first. */
    public List<PeerId> nearest(RingLocation target, Predicate<PeerId> excluded) {
        return byDistance(target, excluded).toList();
    }

    private Stream<PeerId> byDistance(RingLocation target, Predicate<PeerId> excluded) {
        return neighbours.stream().filter(excluded.negate()).sorted(nearestTo(target));
    }

    private static boolean closer(PeerId peer, PeerId than, RingLocation target) {
        return nearestTo(target).compare(peer, than) < 0;
    }

    /** Ties go to the smaller id, so that all nodes agree who is nearest. */
    private static Comparator<PeerId> nearestTo(RingLocation target) {
        return Comparator.comparingDouble((PeerId peer) -> peer.location().distanceTo(target))
                .thenComparing(Comparator.naturalOrder());
    }
}
