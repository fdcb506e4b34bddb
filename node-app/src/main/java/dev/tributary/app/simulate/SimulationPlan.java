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
 * What a person wants simulated. A value out of its range is refused with its flag and the range.
 *
 * @param nodes how many nodes, gateways included
 * @param gateways how many of them the others are told of
 * @param seed what everything is drawn from
 * @param loss which fraction of the packets gets lost
 * @param churn which fraction of the nodes crashes every five seconds, to be back three seconds later
 * @param shortest the shortest latency, one way
 * @param longest the longest latency, one way
 * @param operations how many operations in all
 * @param mix how many of them are of which kind
 * @param minNeighbours how many neighbours a node wants at least
 * @param maxNeighbours how many it takes at most
 * @param replicas how many copies a PUT leaves around the contract's location
 * @param joining over what virtual time the nodes start, one after the other
 * @param warmup how much virtual time passes between the last start and the first operation
 * @param reportEvery how much virtual time passes between two lines about the progress; zero for none
 */
public record SimulationPlan(
        int nodes,
        int gateways,
        long seed,
        double loss,
        double churn,
        Duration shortest,
        Duration longest,
        int operations,
        OperationMix mix,
        int minNeighbours,
        int maxNeighbours,
        int replicas,
        Duration joining,
        Duration warmup,
        Duration reportEvery) {

    private static final Set<String> KINDS = Set.of("put", "get", "update", "subscribe");

    private static final int AT_ONCE = 1000;

    /** Half of what ten gateways take. */
    private static final int STARTS_A_SECOND = 100;

    public SimulationPlan {
        within("--nodes", nodes, 2, 100_000);
        within("--gateways", gateways, 1, nodes - 1);
        within("--operations", operations, 1, 10_000_000);
        within("--max-neighbours", maxNeighbours, 1, 1000);
        within("--min-neighbours", minNeighbours, 1, maxNeighbours);
        within("--replicas", replicas, 1, 16);
        within("--loss", loss, 0.9);
        within("--churn", churn, 1);
        if (shortest.isNegative() || longest.compareTo(shortest) < 0 || longest.compareTo(Duration.ofSeconds(10)) > 0) {
            throw new IllegalArgumentException("--latency must be in 0..10000 ms, the shorter first, not "
                    + shortest.toMillis() + ".." + longest.toMillis());
        }
        within("--joining", joining);
        within("--warmup", warmup);
        within("--report-every", reportEvery);
    }

    /**
     * Up to a thousand nodes start at once. More start a hundred a second: as one crowd they would mostly be turned away by
     * the gateways and come again, and most of the simulation would be that.
     */
    public static Duration joining(int nodes) {
        return nodes <= AT_ONCE ? Duration.ZERO : Duration.ofSeconds(nodes / STARTS_A_SECOND);
    }

    /** Reads one number of nodes, or several by growing size with commas between them. */
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

    /** Reads {@code A..B} in milliseconds, or one number for both. */
    public static Duration[] latency(String text) {
        String[] ends = text.split("\\.\\.", 2);
        try {
            Duration shortest = Duration.ofMillis(Long.parseLong(ends[0].strip()));
            return new Duration[] {
                shortest, ends.length == 1 ? shortest : Duration.ofMillis(Long.parseLong(ends[1].strip()))
            };
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "--latency must be A..B in milliseconds, such as 10..50, not '" + text + "'", e);
        }
    }

    /** Reads {@code put=1,get=3,update=1,subscribe=1}: each a number, which is 0 for what is not named. */
    public static OperationMix mix(String text) {
        Map<String, Double> weights = new HashMap<>();
        for (String part : text.split(",", -1)) {
            String[] pair = part.split("=", 2);
            String kind = pair[0].strip();
            if (!KINDS.contains(kind) || pair.length < 2 || weights.put(kind, weight(pair[1].strip(), text)) != null) {
                throw silly(text, null);
            }
        }
        try {
            return new OperationMix(
                    weights.getOrDefault("put", 0.0),
                    weights.getOrDefault("get", 0.0),
                    weights.getOrDefault("update", 0.0),
                    weights.getOrDefault("subscribe", 0.0));
        } catch (IllegalArgumentException outOfRange) {
            throw silly(text, outOfRange);
        }
    }

    private static double weight(String number, String text) {
        try {
            return Double.parseDouble(number);
        } catch (NumberFormatException noNumber) {
            throw silly(text, noNumber);
        }
    }

    private static IllegalArgumentException silly(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "--mix must name some of put, get, update and subscribe, each once with a number in 0..1000000 and not all 0,"
                        + " such as put=1,get=3,update=1,subscribe=1, not '" + text + "'",
                cause);
    }

    private static void within(String flag, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(flag + " must be in " + least + ".." + most + ", not " + value);
        }
    }

    private static void within(String flag, double value, double most) {
        if (!(value >= 0 && value <= most)) {
            throw new IllegalArgumentException(flag + " must be a fraction in 0.." + most + ", not " + value);
        }
    }

    private static void within(String flag, Duration value) {
        if (value.isNegative() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(flag + " must be in 0..86400 seconds, not " + value.toSeconds());
        }
    }
}
