package dev.tributary.core.ring.scale;

import java.time.Duration;
import java.util.Random;

/**
 * The faults injected into some nodes of a network.
 *
 * @param slow fraction of nodes whose replies are delayed by {@link #SLOW}
 * @param failing fraction of nodes that do not reply to half of their requests
 */
record NodeFaults(String name, double slow, double failing) {

    static final NodeFaults NONE = new NodeFaults("all alike", 0, 0);
    static final NodeFaults SLOW_NODES = new NodeFaults("10 % slow", 0.10, 0);
    static final NodeFaults FAILING_NODES = new NodeFaults("5 % failing", 0, 0.05);

    static final double DROPS = 0.5;

    private static final Duration SLOW = Duration.ofMillis(300);

    /** Returns the round-trip time of a request to each node, in nanoseconds. */
    long[] delays(int nodes, Random random) {
        long[] delays = new long[nodes];
        for (int node = 0; node < nodes; node++) {
            long base = Duration.ofMillis(10 + random.nextInt(50)).toNanos();
            delays[node] = random.nextDouble() < slow ? base + SLOW.toNanos() : base;
        }
        return delays;
    }

    /** Returns the probability of each node not to reply. */
    double[] drops(int nodes, Random random) {
        double[] drops = new double[nodes];
        for (int node = 0; node < nodes; node++) {
            drops[node] = random.nextDouble() < failing ? DROPS : 0;
        }
        return drops;
    }
}
