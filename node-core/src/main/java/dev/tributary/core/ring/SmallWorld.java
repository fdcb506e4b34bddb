package dev.tributary.core.ring;

import dev.tributary.core.value.RingLocation;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The distances that a node's neighbours should have: as many between d and 2d as between 2d and 4d, so that greedy
 * routing finds every place in few hops (Kleinberg, "The small-world phenomenon", 2000; density 1/d on a ring). In the
 * logarithm of the distance that is an even spread, so a gap there is a place where a neighbour is missing.
 */
final class SmallWorld {

    /** Nearer neighbours than this share of the ring are those next to the node, which it looks for by themselves. */
    static final double NEAREST = 0.001;

    static final double FARTHEST = 0.5;

    private static final double SPAN = Math.log(FARTHEST / NEAREST);

    private SmallWorld() {}

    /** A distance drawn with density 1/d, from {@link #NEAREST} to {@link #FARTHEST}. */
    static double draw(RandomGenerator random) {
        return NEAREST * Math.exp(random.nextDouble() * SPAN);
    }

    /**
     * What a neighbour at this distance is worth to a node with neighbours at those distances: 1 if it lies farther from
     * all of them, in the logarithm, than an even spread of them would leave room for; 0 if it lies on top of one.
     */
    static double worth(double distance, double[] others) {
        if (distance < NEAREST) {
            return 0;
        }
        double nearest = SPAN;
        for (double other : others) {
            nearest = Math.min(nearest, Math.abs(Math.log(distance / Math.max(NEAREST, other))));
        }
        return Math.min(1, nearest / evenGap(others.length));
    }

    /** The widest gap that neighbours at these distances leave. */
    static Gap widestGap(double[] distances) {
        double[] marks = new double[distances.length + 2];
        for (int i = 0; i < distances.length; i++) {
            marks[i] = Math.log(Math.min(FARTHEST, Math.max(NEAREST, distances[i])));
        }
        marks[distances.length] = Math.log(NEAREST);
        marks[distances.length + 1] = Math.log(FARTHEST);
        Arrays.sort(marks);
        int widest = 1;
        for (int i = 2; i < marks.length; i++) {
            if (marks[i] - marks[i - 1] > marks[widest] - marks[widest - 1]) {
                widest = i;
            }
        }
        double width = marks[widest] - marks[widest - 1];
        return new Gap(Math.exp(marks[widest] - width / 2), width / evenGap(distances.length));
    }

    /** The place at this distance from another, on a side that is drawn. */
    static RingLocation at(RingLocation from, double distance, RandomGenerator random) {
        return from.plus(random.nextBoolean() ? distance : -distance);
    }

    /** Between n neighbours and the two ends there are n + 1 gaps. */
    private static double evenGap(int neighbours) {
        return SPAN / (neighbours + 1);
    }

    /**
     * Where neighbours are missing.
     *
     * @param middle the distance in the middle of it
     * @param excess how many times an even gap it is, 1 if the neighbours are spread evenly
     */
    record Gap(double middle, double excess) {}
}
