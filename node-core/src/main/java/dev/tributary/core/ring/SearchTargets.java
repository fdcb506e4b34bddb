package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Chooses ring locations at which a node searches for neighbours. Pure functions, apart from the random numbers. */
public final class SearchTargets {

    /** Minimum number of neighbours to search in the widest gap: with fewer, the gaps carry no information. */
    private static final int MIN_FOR_GAPS = 5;

    /** Minimum number of neighbours to search the whole ring: with fewer, a node searches around its own location. */
    private static final int MIN_FOR_RING = 3;

    private static final double SPREAD_STEP = 0.05;
    private static final double MAX_SPREAD = 0.25;

    private final PeerId self;
    private final RandomGenerator random;

    public SearchTargets(PeerId self, RandomGenerator random) {
        this.self = self;
        this.random = random;
    }

    /**
     * Draws {@code count} target locations, different ones at each call.
     *
     * @param failedRounds number of preceding search rounds that found no peer
     */
    public List<RingLocation> draw(int count, Collection<PeerId> neighbours, int failedRounds) {
        List<RingLocation> targets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            targets.add(target(i, neighbours, failedRounds));
        }
        return targets;
    }

    private RingLocation target(int index, Collection<PeerId> neighbours, int failedRounds) {
        RingLocation here = self.location();
        if (neighbours.size() < MIN_FOR_RING) {
            double spread = Math.min(MAX_SPREAD, SPREAD_STEP * (index + failedRounds));
            return here.plus((2 * random.nextDouble() - 1) * spread);
        }
        SmallWorld world = SmallWorld.around(self, neighbours);
        double distance = neighbours.size() < MIN_FOR_GAPS || index % 2 == 0
                ? world.draw(random)
                : world.widestGap().middle() * (0.75 + random.nextDouble() / 2);
        return here.plus(random.nextBoolean() ? distance : -distance);
    }

    /** Returns the widest gap between the neighbours as a multiple of an even gap. */
    public double widestGapRatio(Collection<PeerId> neighbours) {
        return SmallWorld.around(self, neighbours).widestGap().ratio();
    }

    /**
     * Returns three targets to find nearer ring neighbours: the node's own location, to which the nearest peer is
     * closest, and one location on each side of it: between half the distance to the known neighbour on that side and a
     * quarter of the distance to the one on the other side, because peers are about equally spaced on both sides.
     */
    public List<RingLocation> adjacentTargets(Collection<PeerId> neighbours) {
        RingLocation here = self.location();
        double ahead = RingNeighbours.successor(self, neighbours)
                .map(peer -> here.clockwiseTo(peer.location()))
                .orElse(0.0);
        double behind = RingNeighbours.predecessor(self, neighbours)
                .map(peer -> peer.location().clockwiseTo(here))
                .orElse(0.0);
        return List.of(here, here.plus(offset(ahead, behind)), here.plus(-offset(behind, ahead)));
    }

    /** Draws a distance, log-uniform between the two bounds: unknown peers may be anywhere between them. */
    private double offset(double gap, double oppositeGap) {
        double max = gap / 2;
        double min = Math.max(Double.MIN_NORMAL, Math.min(max, oppositeGap / 4));
        return min * Math.pow(Math.max(1, max / min), random.nextDouble());
    }

    /** Returns the removable neighbour whose removal leaves the smallest gap; empty if none is removable. */
    public Optional<PeerId> leastUseful(Collection<PeerId> neighbours, Collection<PeerId> removable) {
        Optional<PeerId> successor = RingNeighbours.successor(self, neighbours);
        Optional<PeerId> predecessor = RingNeighbours.predecessor(self, neighbours);
        PeerId leastUseful = null;
        double smallest = Double.MAX_VALUE;
        for (PeerId peer : removable) {
            boolean adjacent = successor.filter(peer::equals).isPresent()
                    || predecessor.filter(peer::equals).isPresent();
            List<PeerId> others =
                    neighbours.stream().filter(other -> !other.equals(peer)).toList();
            double worth = SmallWorld.around(self, others).score(self.location().distanceTo(peer.location()));
            if (!adjacent && worth < smallest) {
                smallest = worth;
                leastUseful = peer;
            }
        }
        return Optional.ofNullable(leastUseful);
    }
}
