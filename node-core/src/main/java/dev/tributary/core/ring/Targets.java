package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Where on the ring a node should look for neighbours: pure but for the draw. */
public final class Targets {

    /** With fewer neighbours the gaps between them say nothing yet. */
    private static final int ENOUGH_FOR_GAPS = 5;

    /** With fewer neighbours a node looks around its own place. */
    private static final int FEW = 3;

    private static final double FIRST_SPREAD = 0.05;
    private static final double WIDEST_SPREAD = 0.25;

    private final PeerId self;
    private final RandomGenerator random;

    public Targets(PeerId self, RandomGenerator random) {
        this.self = self;
        this.random = random;
    }

    /**
     * So many places, different ones each time.
     *
     * @param fruitless how many rounds before this one found nobody
     */
    public List<RingLocation> some(int count, Collection<PeerId> neighbours, int fruitless) {
        List<RingLocation> targets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            targets.add(one(i, neighbours, fruitless));
        }
        return targets;
    }

    private RingLocation one(int number, Collection<PeerId> neighbours, int fruitless) {
        RingLocation here = self.location();
        if (neighbours.size() < FEW) {
            double spread = Math.min(WIDEST_SPREAD, FIRST_SPREAD * (number + fruitless));
            return here.plus((2 * random.nextDouble() - 1) * spread);
        }
        SmallWorld world = SmallWorld.around(self, neighbours);
        double distance = neighbours.size() < ENOUGH_FOR_GAPS || number % 2 == 0
                ? world.draw(random)
                : world.widestGap().middle() * (0.75 + random.nextDouble() / 2);
        return here.plus(random.nextBoolean() ? distance : -distance);
    }

    /** How many times wider than even the widest gap between the neighbours is. */
    public double excess(Collection<PeerId> neighbours) {
        return SmallWorld.around(self, neighbours).widestGap().excess();
    }

    /**
     * Where to look for nearer neighbours next to this node: at its own place, where the nearest of all is, and on either
     * side of it: somewhere between half the way to the neighbour that is known there, and a quarter of the way to the one
     * on the other side, for nodes are about as far apart on both.
     */
    public List<RingLocation> nextToSelf(Collection<PeerId> neighbours) {
        RingLocation here = self.location();
        double ahead = Lattice.successor(self, neighbours)
                .map(peer -> here.clockwiseTo(peer.location()))
                .orElse(0.0);
        double behind = Lattice.predecessor(self, neighbours)
                .map(peer -> peer.location().clockwiseTo(here))
                .orElse(0.0);
        return List.of(here, here.plus(part(ahead, behind)), here.plus(-part(behind, ahead)));
    }

    /** Evenly in its logarithm: the unknown ones may be anywhere between the two. */
    private double part(double way, double other) {
        double most = way / 2;
        double least = Math.max(Double.MIN_NORMAL, Math.min(most, other / 4));
        return least * Math.pow(Math.max(1, most / least), random.nextDouble());
    }

    /** The neighbour that leaves the smallest gap, of those that may go; empty if none may. */
    public Optional<PeerId> leastUseful(Collection<PeerId> neighbours, Collection<PeerId> mayGo) {
        Optional<PeerId> successor = Lattice.successor(self, neighbours);
        Optional<PeerId> predecessor = Lattice.predecessor(self, neighbours);
        PeerId least = null;
        double smallest = Double.MAX_VALUE;
        for (PeerId peer : mayGo) {
            boolean next = successor.filter(peer::equals).isPresent()
                    || predecessor.filter(peer::equals).isPresent();
            List<PeerId> others =
                    neighbours.stream().filter(other -> !other.equals(peer)).toList();
            double worth = SmallWorld.around(self, others).worth(self.location().distanceTo(peer.location()));
            if (!next && worth < smallest) {
                smallest = worth;
                least = peer;
            }
        }
        return Optional.ofNullable(least);
    }
}
