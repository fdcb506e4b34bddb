package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.HELLO;
import static dev.tributary.core.simulation.Scenarios.assertFoundEverywhere;
import static dev.tributary.core.simulation.Scenarios.assertIdle;
import static dev.tributary.core.simulation.Scenarios.awaitNeighbours;
import static dev.tributary.core.simulation.Scenarios.diverged;
import static dev.tributary.core.simulation.Scenarios.joined;
import static dev.tributary.core.simulation.Scenarios.put;
import static dev.tributary.core.simulation.Scenarios.replicas;
import static dev.tributary.core.simulation.Scenarios.ring;
import static dev.tributary.core.simulation.Scenarios.size;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.Node;
import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** Replication on whole networks: when nodes crash, stop, restart or are partitioned, and when the network is idle. */
@Timeout(600)
class HostingScenarioIntegrationTests {

    private static final int REPLICAS = 3;

    @Test
    void contractsAreFoundAndReplicatedAgainAfterFifthOfNodesCrashes() {
        SimulatedNetwork network = joined(ring(1, 3, size(57, 97), 6, 15), 6);
        List<Contract> contracts = putMany(network, size(200, 1000));
        network.time().advance(Duration.ofSeconds(10));

        randomNodes(network, 5).forEach(network::crash);
        double found = found(network, contracts, Duration.ZERO);
        boolean restored = network.time().runUntil(() -> restored(network, contracts), Duration.ofMinutes(2));

        assertThat(found).isGreaterThanOrEqualTo(0.995);
        assertThat(restored)
                .as("number of replicas: %s", counts(network, contracts))
                .isTrue();
        assertThat(diverged(network, contracts)).isEmpty();
        assertIdle(network);
    }

    @Test
    void contractsAreFoundInTimeAfterFifthOfNodesCrashesSilently() {
        SimulatedNetwork network = joined(ring(2, 3, size(57, 97), 6, 15), 6);
        List<Contract> contracts = putMany(network, size(200, 1000));
        network.time().advance(Duration.ofSeconds(10));

        randomNodes(network, 5).forEach(network::crashSilently);
        double found = found(network, contracts, Duration.ofMillis(100));
        boolean restored = network.time().runUntil(() -> restored(network, contracts), Duration.ofMinutes(2));

        assertThat(found).isGreaterThanOrEqualTo(0.995);
        assertThat(restored)
                .as("number of replicas: %s", counts(network, contracts))
                .isTrue();
    }

    @Test
    void putsAreStoredOnSeveralNodesAfterFifthOfNodesCrashesSilently() {
        for (int seed = 1; seed <= size(2, 8); seed++) {
            SimulatedNetwork network = joined(ring(seed, 3, 57, 6, 15), 6);
            network.time().advance(Duration.ofSeconds(10));
            randomNodes(network, 5).forEach(network::crashSilently);

            List<String> reaches = putAll(network, 300, Duration.ofMillis(100));

            Map<String, Long> outcomes =
                    reaches.stream().collect(Collectors.groupingBy(each -> each, TreeMap::new, Collectors.counting()));
            long storedLocally = outcomes.getOrDefault(PutReceipt.Reach.STORED_LOCALLY.name(), 0L);
            assertThat(outcomes.getOrDefault(PutReceipt.Reach.STORED_AT_ROOT.name(), 0L) + storedLocally)
                    .as("%s", outcomes)
                    .isGreaterThanOrEqualTo(299);
            assertThat(storedLocally).isLessThanOrEqualTo(6);
        }
    }

    @Test
    void replicasOfBothSidesConvergeAfterPartitionHeals() {
        SimulatedNetwork network = joined(ring(3, 1, 5, 5, 10), 5);
        List<Contract> contracts = sets(20);
        contracts.forEach(set -> add(network, 1, set, "before"));
        Disposable partition = network.partition(List.of(0, 1, 2));
        for (Contract set : contracts) {
            add(network, 1, set, "left");
            add(network, 4, set, "right");
        }
        network.time().advance(Duration.ofSeconds(15));
        assertThat(diverged(network, contracts)).hasSameSizeAs(contracts);
        partition.dispose();

        network.time().advance(Duration.ofSeconds(30));

        assertThat(diverged(network, contracts)).isEmpty();
        assertComplete(network, contracts, "before", "left", "right");
        assertIdle(network);
    }

    @Test
    void restartedNodesConvergeWithOtherNodes() {
        SimulatedNetwork network = joined(ring(4, 1, 5, 5, 10), 5);
        List<Contract> contracts = sets(20);
        contracts.forEach(set -> add(network, 2, set, "before"));
        network.crash(2);
        network.crash(4);
        contracts.forEach(set -> add(network, 1, set, "meanwhile"));
        network.restart(2);
        network.restart(4);
        awaitNeighbours(network, 5, Duration.ofSeconds(30));
        network.time().advance(Duration.ofSeconds(30));

        assertThat(diverged(network, contracts)).isEmpty();
        contracts.forEach(set -> add(network, 4, set, "after"));
        network.time().advance(Duration.ofSeconds(10));
        assertComplete(network, contracts, "before", "meanwhile", "after");
        assertThat(diverged(network, contracts)).isEmpty();
        assertIdle(network);
    }

    @Test
    void replicasConvergeAfterEachRoundOfCrashes() {
        SimulatedNetwork network = joined(ring(5, 1, 4, 4, 10), 4);
        List<Contract> contracts = sets(20);
        List<String> added = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            int first = 1 + round % 4;
            int second = 1 + (round + 1) % 4;
            for (String when : List.of("before " + round, "during " + round)) {
                contracts.forEach(set -> add(network, 0, set, when));
                added.add(when);
                if (network.isUp(first)) {
                    network.crash(first);
                    network.crash(second);
                }
            }
            network.restart(first);
            network.restart(second);
            awaitNeighbours(network, 4, Duration.ofSeconds(30));
            network.time().advance(Duration.ofSeconds(30));

            assertThat(diverged(network, contracts)).as("after round %d", round).isEmpty();
            assertComplete(network, contracts, added.toArray(String[]::new));
        }
        assertIdle(network);
    }

    @Test
    void isolatedNodePublishesItsContractsWhenNeighboursAppear() {
        SimulatedNetwork network =
                ring(6, 1, 9, 5, 10).rampUp(Duration.ofSeconds(90)).start();
        network.crash(9);
        IntStream.range(1, 9).forEach(network::crash);
        network.time().advance(Duration.ofSeconds(30));
        List<Contract> contracts = sets(20);
        for (Contract set : contracts) {
            assertThat(add(network, 0, set, "alone").reach()).isEqualTo(PutReceipt.Reach.STORED_LOCALLY);
        }

        IntStream.range(1, 10).forEach(network::restart);
        awaitNeighbours(network, 5, Duration.ofMinutes(1));
        network.time().advance(Duration.ofSeconds(30));
        network.crash(0);

        assertFoundEverywhere(network, contracts);
        assertThat(network.time().runUntil(() -> restored(network, contracts), Duration.ofSeconds(30)))
                .isTrue();
    }

    @Test
    void replicasOfStoppedNodeAreReplaced() {
        SimulatedNetwork network = joined(ring(7, 2, 28, 6, 15), 6);
        List<Contract> contracts = putMany(network, 60);
        network.time().advance(Duration.ofSeconds(10));
        for (int stopped : randomNodes(network, 6)) {
            network.time().run(network.stop(stopped).thenReturn(stopped));
            boolean restored = network.time().runUntil(() -> restored(network, contracts), Duration.ofMinutes(1));
            assertThat(restored).as("after node %d stopped", stopped).isTrue();
        }
        assertThat(contracts).noneMatch(each -> replicas(network, each).isEmpty());
        assertIdle(network);
    }

    @Test
    void idleNetworkSendsOnlyOffers() {
        SimulatedNetwork network = joined(ring(8, 3, size(57, 97), 6, 15), 6);
        List<Contract> contracts = putMany(network, size(300, 1000));
        network.time().advance(Duration.ofMinutes(10));
        Map<String, MessageCount> before = network.messages();

        int minutes = 10;
        network.time().advance(Duration.ofMinutes(minutes));

        Map<String, MessageCount> sent = new TreeMap<>();
        network.messages().forEach((kind, count) -> {
            MessageCount more = count.minus(before.getOrDefault(kind, MessageCount.NONE));
            if (more.messages() > 0) {
                sent.put(kind, more);
            }
        });
        sent.forEach((kind, count) -> System.out.printf(
                "%d idle nodes with %d contracts: %s, per node and minute: %.2f messages, %d bytes%n",
                network.size(),
                contracts.size(),
                kind,
                (double) count.messages() / minutes / network.size(),
                count.bytes() / minutes / network.size()));
        // A new neighbour may be the nearest to some contracts and then receives replicas of them.
        long copied = sent.getOrDefault("Put.Request", MessageCount.NONE).messages();
        assertThat(copied).isLessThanOrEqualTo(contracts.size() / 100);
        assertThat(sent.keySet().stream().filter(kind -> !kind.startsWith("Connect.") && !kind.startsWith("Put.")))
                .containsExactlyInAnyOrder("Hosting.Offer", "Hosting.Answer");
    }

    private static List<Contract> putMany(SimulatedNetwork network, int count) {
        List<Contract> contracts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            contracts.add(put(network, i % network.size(), "contract " + i));
        }
        return contracts;
    }

    /** The reach of successive PUTs through running nodes; the exception's name for a failed one. */
    private static List<String> putAll(SimulatedNetwork network, int count, Duration pause) {
        Random random = new Random(network.seed());
        List<Integer> up = network.up();
        List<String> reaches = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Node client = network.client(up.get(random.nextInt(up.size())));
            Contract contract = LastWriterWins.named("contract " + i);
            network.after(
                    pause.multipliedBy(i),
                    () -> client.put(contract, HELLO)
                            .map(receipt -> receipt.reach().name())
                            .onErrorResume(
                                    NodeException.class,
                                    error -> Mono.just(error.getClass().getSimpleName()))
                            .subscribe(reaches::add, unexpected -> reaches.add(unexpected.toString())));
        }
        network.time()
                .runUntil(
                        () -> reaches.size() == count, pause.multipliedBy(count).plusMinutes(2));
        assertThat(reaches).as("every PUT has an outcome").hasSize(count);
        return reaches;
    }

    private static List<Contract> sets(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> GrowOnlySet.named("set " + i))
                .toList();
    }

    private static PutReceipt add(SimulatedNetwork network, int node, Contract set, String element) {
        State state = GrowOnlySet.state(List.of(Bytes.utf8(element)));
        return network.time().run(network.client(node).put(set, state));
    }

    /** A random one of each {@code oneOf} nodes; no gateways. */
    private static List<Integer> randomNodes(SimulatedNetwork network, int oneOf) {
        List<Integer> others = new ArrayList<>(
                IntStream.range(network.gateways(), network.size()).boxed().toList());
        Collections.shuffle(others, new Random(network.seed()));
        return others.subList(0, network.size() / oneOf);
    }

    /** The fraction of successful GETs: three for each contract, through random running nodes, one after the other. */
    private static double found(SimulatedNetwork network, List<Contract> contracts, Duration pause) {
        Random random = new Random(network.seed());
        List<Integer> up = network.up();
        List<String> results = new ArrayList<>();
        int requested = 0;
        for (Contract contract : contracts) {
            for (int i = 0; i < 3; i++) {
                Node client = network.client(up.get(random.nextInt(up.size())));
                network.after(
                        pause.multipliedBy(requested++),
                        () -> client.get(contract.id())
                                .map(result -> result instanceof GetResult.Found ? "found" : "not found")
                                .onErrorResume(
                                        NodeException.class,
                                        error -> Mono.just(error.getClass().getSimpleName()))
                                .subscribe(results::add, unexpected -> results.add(unexpected.toString())));
            }
        }
        int total = requested;
        network.time()
                .runUntil(
                        () -> results.size() == total, pause.multipliedBy(total).plusMinutes(2));
        assertThat(results).as("every GET has an outcome").hasSize(total);
        Map<String, Long> outcomes =
                results.stream().collect(Collectors.groupingBy(each -> each, TreeMap::new, Collectors.counting()));
        System.out.printf("%d GETs after a fifth of %d nodes has crashed: %s%n", total, network.size(), outcomes);
        return (double) outcomes.getOrDefault("found", 0L) / total;
    }

    /**
     * Whether each contract has its number of replicas and every root knows it; a contract without any replica cannot
     * be restored.
     */
    private static boolean restored(SimulatedNetwork network, List<Contract> contracts) {
        boolean rootsSatisfied = network.up().stream()
                .allMatch(node ->
                        network.client(node).status().contracts().hosting().underReplicated() == 0);
        return rootsSatisfied
                && contracts.stream()
                        .mapToInt(each -> replicas(network, each).size())
                        .allMatch(copies -> copies == 0 || copies >= REPLICAS);
    }

    private static Map<Integer, Long> counts(SimulatedNetwork network, List<Contract> contracts) {
        return contracts.stream()
                .collect(Collectors.groupingBy(
                        each -> replicas(network, each).size(), TreeMap::new, Collectors.counting()));
    }

    private static void assertComplete(SimulatedNetwork network, List<Contract> sets, String... elements) {
        Set<Bytes> expected = List.of(elements).stream().map(Bytes::utf8).collect(Collectors.toSet());
        for (Contract set : sets) {
            for (int node : network.up()) {
                State state = network.time()
                        .run(network.client(node).get(set.id()))
                        .state()
                        .orElseThrow();
                assertThat(GrowOnlySet.elements(state)).containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }
}
