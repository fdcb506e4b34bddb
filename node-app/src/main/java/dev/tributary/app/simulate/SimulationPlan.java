package dev.tributary.app.simulate;

import dev.tributary.core.simulation.OperationMix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a simulation. A value out of range is rejected with an error that names the flag and the range.
 *
 * @param seed the seed of all random draws
 * @param network the nodes
 * @param conditions the faults of the network
 * @param workload the operations
 * @param phases the virtual time of the phases
 */
public record SimulationPlan(long seed, Network network, Conditions conditions, Operations workload, Phases phases) {

    private static final Set<String> KINDS = Set.of("put", "get", "update", "subscribe");

    /** Maximum number of nodes that start at once by default. */
    private static final int MAX_SIMULTANEOUS_STARTS = 1000;

    /** Start rate of larger networks in nodes per second: half of what ten gateways admit. */
    private static final int STARTS_PER_SECOND = 100;

    /**
     * The default of {@code rampUp}: up to a thousand nodes start at once, more start at a hundred per second. If all
     * started at once, most of the simulation would be rejected dials at the gateways and their retries.
     */
    public static Duration rampUp(int nodes) {
        return nodes <= MAX_SIMULTANEOUS_STARTS ? Duration.ZERO : Duration.ofSeconds(nodes / STARTS_PER_SECOND);
    }

    /** Parses one number of nodes, or several in increasing order, separated by commas. */
    public static List<Integer> sizes(String text) {
        List<Integer> sizes = new ArrayList<>();
        for (String size : text.split(",", -1)) {
            int nodes = size(size.strip(), text);
            if (!sizes.isEmpty() && nodes <= sizes.get(sizes.size() - 1)) {
                throw new IllegalArgumentException("--nodes must grow from one size to the next, not '" + text + "'");
            }
            sizes.add(nodes);
        }
        return sizes;
    }

    private static int size(String size, String text) {
        try {
            return Integer.parseInt(size);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--nodes must be a number, or several such as 100,300,1000, not '" + text + "'", e);
        }
    }

    /** Parses {@code A..B} in milliseconds, or one number for both. */
    public static Duration[] latency(String text) {
        String[] bounds = text.split("\\.\\.", 2);
        try {
            Duration shortest = Duration.ofMillis(Long.parseLong(bounds[0].strip()));
            return new Duration[] {
                shortest, bounds.length == 1 ? shortest : Duration.ofMillis(Long.parseLong(bounds[1].strip()))
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--latency must be A..B in milliseconds, such as 10..50, not '" + text + "'", e);
        }
    }

    /** Parses weights such as {@code put=1,get=3,update=1,subscribe=1}; the weight of a kind not named is 0. */
    public static OperationMix mix(String text) {
        Map<String, Double> weights = new HashMap<>();
        for (String part : text.split(",", -1)) {
            String[] pair = part.split("=", 2);
            String kind = pair[0].strip();
            if (!KINDS.contains(kind) || pair.length < 2 || weights.put(kind, weight(pair[1].strip(), text)) != null) {
                throw invalidMix(text, null);
            }
        }
        try {
            return new OperationMix(
                    weights.getOrDefault("put", 0.0),
                    weights.getOrDefault("get", 0.0),
                    weights.getOrDefault("update", 0.0),
                    weights.getOrDefault("subscribe", 0.0));
        } catch (IllegalArgumentException outOfRange) {
            throw invalidMix(text, outOfRange);
        }
    }

    private static double weight(String number, String text) {
        try {
            return Double.parseDouble(number);
        } catch (NumberFormatException notANumber) {
            throw invalidMix(text, notANumber);
        }
    }

    private static IllegalArgumentException invalidMix(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "--mix must name some of put, get, update and subscribe, each once with a number in 0..1000000 and not all 0,"
                        + " such as put=1,get=3,update=1,subscribe=1, not '" + text + "'",
                cause);
    }

    private static void requireWithin(String flag, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(flag + " must be in " + min + ".." + max + ", not " + value);
        }
    }

    private static void requireWithin(String flag, double value, double max) {
        if (!(value >= 0 && value <= max)) {
            throw new IllegalArgumentException(flag + " must be a fraction in 0.." + max + ", not " + value);
        }
    }

    private static void requireWithin(String flag, Duration value) {
        if (value.isNegative() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(flag + " must be in 0..86400 seconds, not " + value.toSeconds());
        }
    }

    /**
     * The nodes of the network.
     *
     * @param nodes the number of nodes, gateways included
     * @param gateways the number of gateways, which all other nodes are configured with
     * @param minNeighbours the minimum number of neighbours, below which a node searches for more
     * @param maxNeighbours the maximum number of neighbours of a node
     * @param replicas the number of replicas that a PUT stores around the contract's location
     */
    public record Network(int nodes, int gateways, int minNeighbours, int maxNeighbours, int replicas) {

        public Network {
            requireWithin("--nodes", nodes, 2, 100_000);
            requireWithin("--gateways", gateways, 1, nodes - 1);
            requireWithin("--max-neighbours", maxNeighbours, 1, 1000);
            requireWithin("--min-neighbours", minNeighbours, 1, maxNeighbours);
            requireWithin("--replicas", replicas, 1, 16);
        }
    }

    /**
     * The faults of the network.
     *
     * @param loss the fraction of packets lost
     * @param churn the fraction of nodes that crashes every five seconds and restarts three seconds later
     * @param shortest the shortest one-way latency
     * @param longest the longest one-way latency
     */
    public record Conditions(double loss, double churn, Duration shortest, Duration longest) {

        public Conditions {
            requireWithin("--loss", loss, 0.9);
            requireWithin("--churn", churn, 1);
            if (shortest.isNegative()
                    || longest.compareTo(shortest) < 0
                    || longest.compareTo(Duration.ofSeconds(10)) > 0) {
                throw new IllegalArgumentException("--latency must be in 0..10000 ms, the shorter first, not "
                        + shortest.toMillis() + ".." + longest.toMillis());
            }
        }
    }

    /**
     * The operations.
     *
     * @param count the total number of operations
     * @param mix the weights of the kinds of operation
     */
    public record Operations(int count, OperationMix mix) {

        public Operations {
            requireWithin("--operations", count, 1, 10_000_000);
        }
    }

    /**
     * The virtual time of the phases.
     *
     * @param rampUp the virtual time over which the nodes start, one after the other
     * @param warmup the virtual time from the last start to the first operation
     * @param reportEvery the virtual time between two progress lines; zero for none
     */
    public record Phases(Duration rampUp, Duration warmup, Duration reportEvery) {

        public Phases {
            requireWithin("--ramp-up", rampUp);
            requireWithin("--warmup", warmup);
            requireWithin("--report-every", reportEvery);
        }
    }
}
