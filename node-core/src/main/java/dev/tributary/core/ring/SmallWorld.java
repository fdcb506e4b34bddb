package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.Arrays;
import java.util.Collection;
import java.util.random.RandomGenerator;

/**
 * Compares the distances of a node's neighbours with the small-world distribution: as many neighbours between d and 2d
 * as between 2d and 4d, so that greedy routing reaches every location in few hops (Kleinberg, "The small-world
 * phenomenon", 2000; density 1/d on a ring). This is uniform in the logarithm of the distance: a gap there is a missing
 * neighbour.
 *
 * <p>The distribution starts at the mean distance to the two ring neighbours, the node's estimate of one over the
 * number of nodes.
 */
final class SmallWorld {

    private static final double MAX_DISTANCE = 0.5;

    /** Bounds of the start distance: a tenth of the ring with few neighbours, 1e-8 with a hundred million nodes. */
    private static final double MAX_START = 0.1;

    private static final double MIN_START = 1e-8;

    private final double start;
    private final double[] distances;

    private SmallWorld(double start, double[] distances) {
        this.start = Math.min(MAX_START, Math.max(MIN_START, start));
        this.distances = distances;
    }

    /** Returns the distribution as estimated from the node's neighbours. */
    static SmallWorld around(PeerId self, Collection<PeerId> neighbours) {
        RingLocation here = self.location();
        double predecessorDistance = RingNeighbours.predecessor(self, neighbours)
                .map(peer -> peer.location().clockwiseTo(here))
                .orElse(MAX_DISTANCE);
        double successorDistance = RingNeighbours.successor(self, neighbours)
                .map(peer -> here.clockwiseTo(peer.location()))
                .orElse(MAX_DISTANCE);
        double[] distances = neighbours.stream()
                .mapToDouble(peer -> here.distanceTo(peer.location()))
                .toArray();
        return new SmallWorld((predecessorDistance + successorDistance) / 2, distances);
    }

    /** Returns a distribution with neighbours at the given distances that starts at {@code start}. */
    static SmallWorld of(double start, double... distances) {
        return new SmallWorld(start, distances.clone());
    }

    /** Draws a distance with density 1/d. */
    double draw(RandomGenerator random) {
        return start * Math.exp(random.nextDouble() * span());
    }

    /**
     * Scores a neighbour at this distance, from 0 to 1: 1 if its logarithmic distance to all others is at least an even
     * gap; 0 if it coincides with another one or is nearer than the start.
     */
    double score(double distance) {
        if (distance < start) {
            return 0;
        }
        double nearest = span();
        for (double other : distances) {
            nearest = Math.min(nearest, Math.abs(Math.log(distance / Math.max(start, other))));
        }
        return Math.min(1, nearest / evenGap());
    }

    /** Returns the widest gap between neighbouring logarithmic distances. */
    Gap widestGap() {
        double[] marks = new double[distances.length + 2];
        for (int i = 0; i < distances.length; i++) {
            marks[i] = Math.log(Math.min(MAX_DISTANCE, Math.max(start, distances[i])));
        }
        marks[distances.length] = Math.log(start);
        marks[distances.length + 1] = Math.log(MAX_DISTANCE);
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
        return Math.log(MAX_DISTANCE / start);
    }

    /** Returns the width of a gap if all are equal: n neighbours and the two ends leave n + 1 gaps. */
    private double evenGap() {
        return span() / (distances.length + 1);
    }

    /**
     * A range of distances without neighbours.
     *
     * @param middle the distance at the logarithmic middle of the gap
     * @param ratio width as a multiple of an even gap; 1 if the neighbours are evenly spread
     */
    record Gap(double middle, double ratio) {}
}
