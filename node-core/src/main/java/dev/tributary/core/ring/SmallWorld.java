package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.Arrays;
import java.util.Collection;
import java.util.random.RandomGenerator;

/**
 * The distances of a node's neighbours, and those that it should have: as many between d and 2d as between 2d and 4d, so
 * that greedy routing finds every place in few hops (Kleinberg, "The small-world phenomenon", 2000; density 1/d on a
 * ring). In the logarithm of the distance that is an even spread, so a gap there is a place where a neighbour is missing.
 *
 * <p>The spread begins where other nodes do: at the mean distance of the neighbours next to the node, which is one over
 * the number of nodes, as far as the node can tell.
 */
final class SmallWorld {

    private static final double FARTHEST = 0.5;

    /** With fewer neighbours a tenth of the ring, with a hundred million nodes a hundred millionth. */
    private static final double LARGEST_START = 0.1;

    private static final double SMALLEST_START = 1e-8;

    private final double start;
    private final double[] distances;

    private SmallWorld(double start, double[] distances) {
        this.start = Math.min(LARGEST_START, Math.max(SMALLEST_START, start));
        this.distances = distances;
    }

    /** The world as the node sees it. */
    static SmallWorld around(PeerId self, Collection<PeerId> neighbours) {
        RingLocation here = self.location();
        double before = Lattice.predecessor(self, neighbours)
                .map(peer -> peer.location().clockwiseTo(here))
                .orElse(FARTHEST);
        double after = Lattice.successor(self, neighbours)
                .map(peer -> here.clockwiseTo(peer.location()))
                .orElse(FARTHEST);
        double[] distances = neighbours.stream()
                .mapToDouble(peer -> here.distanceTo(peer.location()))
                .toArray();
        return new SmallWorld((before + after) / 2, distances);
    }

    /** A world with neighbours at these distances, whose nearest nodes are this far away. */
    static SmallWorld of(double start, double... distances) {
        return new SmallWorld(start, distances.clone());
    }

    /** A distance drawn with density 1/d. */
    double draw(RandomGenerator random) {
        return start * Math.exp(random.nextDouble() * span());
    }

    /**
     * What a neighbour at this distance is worth: 1 if it lies farther from all others, in the logarithm, than an even
     * spread of them would leave room for; 0 if it lies on top of one.
     */
    double worth(double distance) {
        if (distance < start) {
            return 0;
        }
        double nearest = span();
        for (double other : distances) {
            nearest = Math.min(nearest, Math.abs(Math.log(distance / Math.max(start, other))));
        }
        return Math.min(1, nearest / evenGap());
    }

    /** The widest gap that the neighbours leave. */
    Gap widestGap() {
        double[] marks = new double[distances.length + 2];
        for (int i = 0; i < distances.length; i++) {
            marks[i] = Math.log(Math.min(FARTHEST, Math.max(start, distances[i])));
        }
        marks[distances.length] = Math.log(start);
        marks[distances.length + 1] = Math.log(FARTHEST);
        Arrays.sort(marks);
        int widest = 1;
        for (int i = 2; i < marks.length; i++) {
            if (marks[i] - marks[i - 1] > marks[widest] - marks[widest - 1]) {
                widest = i;
            }
        }
        double width = marks[widest] - marks[widest - 1];
        return new Gap(Math.exp(marks[widest] - width / 2), width / evenGap());
    }

    private double span() {
        return Math.log(FARTHEST / start);
    }

    /** Between n neighbours and the two ends there are n + 1 gaps. */
    private double evenGap() {
        return span() / (distances.length + 1);
    }

    /**
     * Where neighbours are missing.
     *
     * @param middle the distance in the middle of it
     * @param excess how many times an even gap it is, 1 if the neighbours are spread evenly
     */
    record Gap(double middle, double excess) {}
}
