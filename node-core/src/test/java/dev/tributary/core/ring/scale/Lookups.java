package dev.tributary.core.ring.scale;

import dev.tributary.core.ring.ExchangeTimer;
import dev.tributary.core.ring.Outcome;
import dev.tributary.core.ring.Ring;
import dev.tributary.core.ring.RoutingHistory;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Random lookups in a network, each forwarded greedily until no neighbour is closer, as a GET is: a forwarding node
 * asks one neighbour, the originator up to four, each with half of the remaining time. Time is simulated.
 */
final class Lookups {

    /** Mean interval between two lookups of a node. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final long DEADLINE = Duration.ofSeconds(60).toNanos();
    private static final long MARGIN = Duration.ofMillis(500).toNanos();
    private static final int ATTEMPTS = 4;

    private final Topology topology;
    private final List<RoutingHistory> histories;
    private final boolean learning;
    private final long[] delays;
    private final double[] drops;
    private final Random random;
    private long started;
    private long now;

    private Lookups(Topology topology, NodeFaults weather, boolean learning, long seed) {
        this.topology = topology;
        this.learning = learning;
        Random faultRandom = new Random(seed);
        this.delays = weather.delays(topology.nodes(), faultRandom);
        this.drops = weather.drops(topology.nodes(), faultRandom);
        this.random = new Random(seed + 1);
        TimeSource time = new TimeSource(Clock.systemUTC(), () -> now);
        this.histories = Stream.generate(() -> new RoutingHistory(time))
                .limit(topology.nodes())
                .toList();
    }

    /** Creates lookups whose nodes choose the next hop by distance only. */
    static Lookups byDistance(Topology topology, NodeFaults weather, long seed) {
        return new Lookups(topology, weather, false, seed);
    }

    /** Creates lookups whose nodes train their routing model with every exchange. */
    static Lookups learned(Topology topology, NodeFaults weather, long seed) {
        return new Lookups(topology, weather, true, seed);
    }

    /** Runs lookups from random nodes to random locations. */
    Statistics run(int count) {
        Statistics tally = new Statistics();
        for (int i = 0; i < count; i++) {
            started += INTERVAL.toNanos() / topology.nodes();
            now = started;
            lookup(random.nextInt(topology.nodes()), new RingLocation(random.nextDouble()), tally);
        }
        return tally;
    }

    private void lookup(int origin, RingLocation target, Statistics tally) {
        long deadline = now + DEADLINE;
        Set<PeerId> excluded = new HashSet<>();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            long remaining = deadline - now;
            Hop hop =
                    forward(origin, target, attempt == ATTEMPTS ? remaining : remaining / 2, excluded::contains, tally);
            if (hop.answered()) {
                tally.answered(hop.hops(), now - started, attempt);
                return;
            }
            excluded.add(hop.asked());
        }
        tally.failed();
    }

    /** Forwards the lookup from this node, and advances the clock to the moment at which the node knows the outcome. */
    private Hop forward(int node, RingLocation target, long budget, Predicate<PeerId> excluded, Statistics tally) {
        long start = now;
        Ring ring = topology.ring(node);
        RoutingHistory history = histories.get(node);
        List<PeerId> hops = history.router(ring).nextHops(target, excluded);
        if (hops.isEmpty()) {
            return new Hop(true, 0, ring.self());
        }
        PeerId peer = hops.get(0);
        int next = Topology.node(peer);
        ExchangeTimer exchange = history.startExchange(peer, target);
        Hop remainder;
        tally.asked();
        boolean dropped = random.nextDouble() < drops[next];
        if (dropped) {
            now = start + Math.max(0, budget);
            remainder = new Hop(false, 0, peer);
        } else {
            now += delays[next];
            remainder = forward(next, target, budget - MARGIN, candidate -> false, tally);
        }
        if (learning) {
            exchange.complete(dropped ? Outcome.NO_REPLY : remainder.answered() ? Outcome.ANSWERED : Outcome.FAILED);
        }
        return new Hop(remainder.answered(), remainder.hops() + 1, peer);
    }

    private record Hop(boolean answered, int hops, PeerId asked) {}

    /** Statistics of lookups. */
    static final class Statistics {

        private final Histogram hops = new Histogram(1_000_000, 3);
        private final Histogram micros = new Histogram(Duration.ofMinutes(10).toMillis() * 1_000, 3);
        private final List<Integer> attempts = new ArrayList<>();
        private int failed;
        private long exchanges;

        private void answered(int hopCount, long nanos, int attempt) {
            hops.recordValue(hopCount);
            micros.recordValue(nanos / 1_000);
            attempts.add(attempt);
        }

        private void asked() {
            exchanges++;
        }

        private void failed() {
            failed++;
        }

        long hops(double percentile) {
            return hops.getValueAtPercentile(percentile);
        }

        double millis(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1_000.0;
        }

        double meanMillis() {
            return micros.getMean() / 1_000;
        }

        /** Returns the number of exchanges between two nodes. */
        long exchanges() {
            return exchanges;
        }

        /** Returns the fraction of lookups that were answered within their deadline. */
        double success() {
            return attempts.size() / (double) (attempts.size() + failed);
        }

        /** Returns the fraction of lookups that were answered at the first attempt. */
        double firstAttempt() {
            return attempts.stream().filter(attempt -> attempt == 1).count() / (double) (attempts.size() + failed);
        }

        /** Returns the fraction of answers that needed more hops than {@code max}. */
        double fractionAbove(int max) {
            return (hops.getTotalCount() - hops.getCountBetweenValues(0, max)) / (double) hops.getTotalCount();
        }
    }
}
