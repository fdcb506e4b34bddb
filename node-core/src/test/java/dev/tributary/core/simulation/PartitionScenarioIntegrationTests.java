package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertIdle;
import static dev.tributary.core.simulation.Scenarios.diverged;
import static dev.tributary.core.simulation.Scenarios.ring;
import static dev.tributary.core.simulation.Scenarios.size;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;

/** Networks that are partitioned, with enough neighbours on each side, and their reunion after healing. */
@Timeout(600)
class PartitionScenarioIntegrationTests {

    /** Minimum and maximum neighbours: small enough that each side finds enough, and the defaults. */
    private static final List<int[]> LIMITS =
            List.of(new int[] {3, 6}, new int[] {2, 4}, new int[] {5, 10}, new int[] {25, 200});

    /** Maximum time until one ring after a long partition: lost peers are redialled every two minutes by then. */
    private static final Duration LONG_PARTITION_RECOVERY = Duration.ofMinutes(3);

    @Test
    void halvesConvergeWithinThirtySecondsOfShortPartition() {
        for (int seed = 1; seed <= size(1, 12); seed++) {
            for (int[] limits : LIMITS) {
                for (int others : List.of(3, 11, 7).subList(0, size(2, 3))) {
                    Halves halves = Halves.of(seed, 1, others, limits);
                    List<Contract> sets = sets(10);
                    sets.forEach(set -> halves.add(set, halves.left(), "before"));
                    Disposable partition = halves.partition();
                    // By then all nodes have detected the lost peers.
                    halves.advance(Duration.ofSeconds(90));
                    sets.forEach(set -> halves.add(set, halves.left(), "left"));
                    sets.forEach(set -> halves.add(set, halves.right(), "right"));
                    halves.advance(Duration.ofSeconds(30 + 30L * seed));
                    partition.dispose();

                    halves.advance(Duration.ofSeconds(30));

                    assertThat(halves.isOneRing()).as("one ring: %s", halves).isTrue();
                    assertThat(diverged(halves.network(), sets))
                            .as("%s", halves)
                            .isEmpty();
                    assertIdle(halves.network());
                }
            }
        }
    }

    @Test
    void halvesFormOneRingWithinThreeMinutesOfLongPartition() {
        for (int seed = 1; seed <= size(1, 12); seed++) {
            for (int[] limits : LIMITS.subList(0, size(1, 4))) {
                Halves halves = Halves.of(seed, 1 + seed % 2, size(5, 11), limits);
                Disposable partition = halves.partition();
                halves.advance(Duration.ofMinutes(60).plusSeconds(7L * seed));
                List<Contract> sets = sets(4);
                sets.forEach(set -> halves.add(set, halves.left(), "left"));
                sets.forEach(set -> halves.add(set, halves.right(), "right"));
                partition.dispose();

                assertThat(halves.becomesOneRing(LONG_PARTITION_RECOVERY))
                        .as("%s", halves)
                        .isTrue();
                halves.advance(Duration.ofSeconds(30));

                assertThat(diverged(halves.network(), sets)).as("%s", halves).isEmpty();
            }
        }
    }

    @Test
    void separateNetworksMergeThroughSharedGateway() {
        for (int seed = 1; seed <= size(1, 12); seed++) {
            SimulatedNetwork network = ring(seed, 2, 10, 2, 5).start();
            Disposable partition = network.partition(List.of(0, 2, 3, 4, 5, 6));
            Halves halves = new Halves(network, List.of(0, 2, 3, 4, 5, 6), List.of(1, 7, 8, 9, 10, 11), "told of two");
            halves.advance(Duration.ofMinutes(20));
            partition.dispose();

            assertThat(halves.becomesOneRing(LONG_PARTITION_RECOVERY))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @Test
    void lostPeerIsRedialledWithoutSearch() {
        SimulatedNetwork network = Scenarios.joined(ring(1, 1, 9, 3, 6), 3);
        network.time().advance(Duration.ofMinutes(30));
        long idle = searchesIn(network, Duration.ofMinutes(30));
        network.crashSilently(5);
        network.time().advance(Duration.ofMinutes(30));

        assertThat(searchesIn(network, Duration.ofMinutes(30))).isLessThanOrEqualTo(idle);
    }

    private static long searchesIn(SimulatedNetwork network, Duration duration) {
        long before = searches(network);
        network.time().advance(duration);
        return searches(network) - before;
    }

    private static long searches(SimulatedNetwork network) {
        return network.messages()
                .getOrDefault("Connect.Request", MessageCount.NONE)
                .messages();
    }

    private static List<Contract> sets(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> GrowOnlySet.named("set " + i))
                .toList();
    }

    /** A joined network and its two sides, of two or more random nodes each. */
    private record Halves(SimulatedNetwork network, List<Integer> one, List<Integer> other, String name) {

        static Halves of(long seed, int gateways, int others, int[] limits) {
            SimulatedNetwork network =
                    ring(seed, gateways, others, limits[0], limits[1]).start();
            network.time().advance(Duration.ofMinutes(3));
            List<Integer> all =
                    new ArrayList<>(IntStream.range(0, network.size()).boxed().toList());
            Random random = new Random(seed);
            Collections.shuffle(all, random);
            int leftSize = 2 + random.nextInt(all.size() - 3);
            String name =
                    "%d nodes with %d to %d neighbours, seed %d".formatted(network.size(), limits[0], limits[1], seed);
            return new Halves(network, all.subList(0, leftSize), all.subList(leftSize, all.size()), name);
        }

        int left() {
            return one.get(0);
        }

        int right() {
            return other.get(0);
        }

        Disposable partition() {
            return network.partition(one);
        }

        void advance(Duration duration) {
            network.time().advance(duration);
        }

        void add(Contract set, int node, String element) {
            State state = GrowOnlySet.state(List.of(Bytes.utf8(element)));
            network.time().run(network.client(node).put(set, state));
        }

        boolean becomesOneRing(Duration limit) {
            return network.time().runUntil(this::isOneRing, limit);
        }

        /** Whether every node is linked to its successor on the ring. */
        boolean isOneRing() {
            List<Integer> byLocation = network.up().stream()
                    .sorted(Comparator.comparingDouble(
                            (Integer node) -> network.id(node).location().value()))
                    .toList();
            return IntStream.range(0, byLocation.size())
                    .allMatch(i -> linked(byLocation.get(i), byLocation.get((i + 1) % byLocation.size())));
        }

        private boolean linked(int node, int other) {
            PeerId peer = network.id(other);
            return network.client(node).status().neighbours().stream()
                    .anyMatch(neighbour -> neighbour.peer().equals(peer));
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
