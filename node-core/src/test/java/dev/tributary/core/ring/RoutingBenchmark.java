package dev.tributary.core.ring;

import com.sun.management.ThreadMXBean;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TimeSource;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Measures the choice of next hops with 25 and 200 neighbours: by distance only, with a trained model, and by sorting
 * all neighbours with streams; and the recording of an exchange. The cases alternate in rounds, so that a disturbance
 * of the machine affects all of them. Prints the medians of the rounds.
 *
 * <p>Run it with {@code mvn -q -pl node-core test-compile exec:exec@routing-benchmark}; {@code -Drounds=21} for more
 * rounds.
 */
public final class RoutingBenchmark {

    private static final int CALLS = 20_000;
    private static final int TARGETS = 1 << 10;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Map<String, List<Double>> nanos = new LinkedHashMap<>();
    private final Map<String, List<Double>> bytes = new LinkedHashMap<>();
    private final List<RingLocation> targets;
    private long hops;

    private RoutingBenchmark() {
        Random random = new Random(1);
        targets = Stream.generate(() -> new RingLocation(random.nextDouble()))
                .limit(TARGETS)
                .toList();
    }

    public static void main(String[] args) {
        int rounds = Integer.getInteger("rounds", 11);
        RoutingBenchmark benchmark = new RoutingBenchmark();
        // Warm-up for the JIT compiler.
        benchmark.run(10);
        benchmark.nanos.clear();
        benchmark.bytes.clear();
        benchmark.run(rounds);
        benchmark.print(rounds);
    }

    private void run(int rounds) {
        for (int round = 0; round < rounds; round++) {
            measure(25);
            measure(200);
        }
    }

    private void measure(int neighbours) {
        Random random = new Random(neighbours);
        PeerId self = peer(random);
        List<PeerId> peers =
                Stream.generate(() -> peer(random)).limit(neighbours).toList();
        StreamRing sorted = StreamRing.of(self, peers);
        Ring ring = Ring.of(self, peers);
        RoutingHistory untrained = new RoutingHistory(TimeSource.system());
        RoutingHistory trained = trainedHistory(peers, random);
        String prefix = neighbours + " neighbours: ";
        time(prefix + "sorted as streams", target -> sorted.nextHops(target, peer -> false));
        time(prefix + "by distance", target -> untrained.router(ring).nextHops(target, peer -> false));
        time(prefix + "learned", target -> trained.router(ring).nextHops(target, peer -> false));
        time(prefix + "an exchange to learn from", target -> {
            PeerId peer = peers.get(random.nextInt(neighbours));
            trained.record(new ExchangeSample(
                    peer, ExchangeSample.logDistance(0.1), Outcome.ANSWERED, random.nextInt(1_000_000), 0));
            return List.of();
        });
        time(prefix + "a ring after a change", target -> Ring.of(self, peers).neighbours());
    }

    private static RoutingHistory trainedHistory(List<PeerId> peers, Random random) {
        RoutingHistory history = new RoutingHistory(TimeSource.system());
        for (int i = 0; i < 10 * RoutingHistory.MAX_SAMPLES; i++) {
            PeerId peer = peers.get(random.nextInt(peers.size()));
            double distance = random.nextDouble() / 2;
            long duration = Duration.ofMillis(10 + random.nextInt(100)).toNanos();
            Outcome outcome = random.nextInt(20) == 0 ? Outcome.FAILED : Outcome.ANSWERED;
            history.record(new ExchangeSample(
                    peer, ExchangeSample.logDistance(distance), outcome, duration, System.nanoTime()));
        }
        return history;
    }

    private void time(String name, Operation operation) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        for (int i = 0; i < CALLS; i++) {
            hops += operation.run(targets.get(i % TARGETS)).size();
        }
        long duration = System.nanoTime() - start;
        add(nanos, name, (double) duration / CALLS);
        add(bytes, name, (double) (THREADS.getCurrentThreadAllocatedBytes() - allocated) / CALLS);
    }

    private static void add(Map<String, List<Double>> measurements, String name, double value) {
        measurements.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
    }

    private void print(int rounds) {
        System.out.printf(
                "%d rounds of %d calls, medians, Java %s, %d processors, %d hops%n",
                rounds,
                CALLS,
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                hops);
        System.out.printf("%-46s%10s%10s%10s%n", "", "ns", "best ns", "bytes");
        nanos.forEach((name, values) -> System.out.printf(
                "%-46s%10.0f%10.0f%10.0f%n",
                name,
                median(values),
                values.stream().mapToDouble(value -> value).min().orElse(0),
                median(bytes.getOrDefault(name, List.of()))));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static PeerId peer(Random random) {
        return ScriptedPeer.idAt(random.nextDouble(), random.nextInt());
    }

    /** One measured operation. */
    private interface Operation {

        List<PeerId> run(RingLocation target);
    }
}
