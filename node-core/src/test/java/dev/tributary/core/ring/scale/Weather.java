package dev.tributary.core.ring.scale;

import java.time.Duration;
import java.util.Random;

/**
 * What is wrong with some of the nodes of a network.
 *
 * @param slow the share of nodes that need {@link #SLOW} longer for everything
 * @param failing the share of nodes that give no answer to half of what they are asked
 */
record Weather(String name, double slow, double failing) {

    static final Weather FAIR = new Weather("all alike", 0, 0);
    static final Weather SLOW_NODES = new Weather("10 % slow", 0.10, 0);
    static final Weather FAILING_NODES = new Weather("5 % failing", 0, 0.05);

    static final double DROPS = 0.5;

    private static final Duration SLOW = Duration.ofMillis(300);

    /** What each node needs for a request and its answer, the way to it included, in nanoseconds. */
    long[] delays(int nodes, Random random) {
        long[] delays = new long[nodes];
        for (int node = 0; node < nodes; node++) {
            long usual = Duration.ofMillis(10 + random.nextInt(50)).toNanos();
            delays[node] = random.nextDouble() < slow ? usual + SLOW.toNanos() : usual;
        }
        return delays;
    }

    /** How probably each node gives no answer. */
    double[] drops(int nodes, Random random) {
        double[] drops = new double[nodes];
        for (int node = 0; node < nodes; node++) {
            drops[node] = random.nextDouble() < failing ? DROPS : 0;
        }
        return drops;
    }
}
