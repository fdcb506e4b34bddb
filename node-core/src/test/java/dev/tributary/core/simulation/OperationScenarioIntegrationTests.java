package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.HELLO;
import static dev.tributary.core.simulation.Scenarios.assertCompleteAndIdle;
import static dev.tributary.core.simulation.Scenarios.assertFoundEverywhere;
import static dev.tributary.core.simulation.Scenarios.assertIdle;
import static dev.tributary.core.simulation.Scenarios.awaitNeighbours;
import static dev.tributary.core.simulation.Scenarios.getEverywhere;
import static dev.tributary.core.simulation.Scenarios.joined;
import static dev.tributary.core.simulation.Scenarios.neighbours;
import static dev.tributary.core.simulation.Scenarios.put;
import static dev.tributary.core.simulation.Scenarios.ring;
import static dev.tributary.core.simulation.Scenarios.size;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.simulation.report.SimulationReport;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;

/** PUT and GET on whole networks after regular joins, with and without faults. */
@Timeout(600)
class OperationScenarioIntegrationTests {

    private static final NetworkConditions HIGH_LATENCY = NetworkConditions.good()
            .withLatency(Duration.ofMillis(50), Duration.ofMillis(200))
            .withLoss(0.05);

    @Test
    void sameSeedGivesSameReportThreeTimes() {
        String first = twentyNodes();

        assertThat(twentyNodes()).isEqualTo(first);
        assertThat(twentyNodes()).isEqualTo(first);
    }

    @Test
    void contractsOfBothSidesAreFoundEverywhereAfterPartitionHeals() {
        SimulatedNetwork network = joined(ring(1, 1, 5, 5, 10), 5);
        Contract before = put(network, 1, "before");
        Disposable partition = network.partition(List.of(0, 1, 2));
        Contract left = put(network, 1, "left");
        Contract right = put(network, 4, "right");
        network.time().advance(Duration.ofSeconds(15));
        partition.dispose();

        network.time().advance(Duration.ofSeconds(30));

        assertFoundEverywhere(network, List.of(before, left, right));
        assertIdle(network);
    }

    @Test
    void restartedNodesFindAllContracts() {
        SimulatedNetwork network = joined(ring(2, 1, 5, 5, 10), 5);
        List<Contract> contracts = new ArrayList<>(List.of(put(network, 2, "first")));
        network.crash(2);
        network.crash(4);
        contracts.add(put(network, 1, "while they were down"));
        network.restart(2);
        network.restart(4);
        awaitNeighbours(network, 3, Duration.ofSeconds(10));

        contracts.add(put(network, 2, "through one that is back"));

        assertFoundEverywhere(network, contracts);
        assertIdle(network);
    }

    @Test
    void roundsOfCrashesLoseNoContract() {
        SimulatedNetwork network = joined(ring(3, 1, 4, 4, 10), 4);
        List<Contract> contracts = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            contracts.add(put(network, 1, "round " + round));
            network.crash(2 + round % 3);
            network.crash(2 + (round + 1) % 3);
            assertFoundEverywhere(network, contracts);
            network.restart(2 + round % 3);
            network.restart(2 + (round + 1) % 3);
            awaitNeighbours(network, 3, Duration.ofSeconds(10));
            assertFoundEverywhere(network, contracts);
        }
        assertIdle(network);
    }

    @Test
    void everyNodeFindsContractOfAnother() {
        SimulatedNetwork network = joined(ring(4, 3, size(60, 100), 4, 12), 4);
        Contract contract = put(network, 5, "for everybody");

        assertThat(getEverywhere(network, contract)).containsOnly("found");
        assertThat(network.time()
                        .runUntil(() -> holders(network, contract) >= network.size() * 0.9, Duration.ofMinutes(1)))
                .isTrue();
        assertThat(network.messages()
                        .getOrDefault("Get.Request", MessageCount.NONE)
                        .messages())
                .as("GETs forwarded to a neighbour")
                .isGreaterThan(network.size() / 2);
    }

    @Test
    void contractsAreFoundInFewHopsWithDefaultLimits() {
        int gateways = size(3, 8);
        SimulatedNetwork network = SimulatedNetwork.builder(443)
                .gateways(gateways)
                .nodes(size(120, 443) - gateways)
                .rampUp(Duration.ofMinutes(1))
                .start();
        network.time().advance(Duration.ofMinutes(2));

        SimulationReport report = network.run(Workload.of(size(1000, 5000)));

        assertThat(report.outcomes().successRate()).isEqualTo(1);
        assertThat(report.operations().getHops().total()).isPositive();
        // The requesting node is part of the path.
        assertThat(1 + report.operations().getHops().median()).isLessThanOrEqualTo(4);
        assertThat(1 + report.operations().getHops().percentile(99)).isLessThanOrEqualTo(7);
        assertCompleteAndIdle(report);
    }

    @Test
    void contractIsFoundDespiteLatencyAndLoss() {
        SimulatedNetwork network = joined(ring(5, 3, size(60, 100), 4, 12).conditions(HIGH_LATENCY), 4);
        Contract contract = put(network, 5, "for everybody");

        List<String> results = getEverywhere(network, contract);

        assertThat(results.stream().filter("found"::equals).count()).isGreaterThanOrEqualTo(network.size() * 95L / 100);
    }

    @Test
    void fewOperationsFailUnderChurn() {
        SimulatedNetwork network = joined(ring(6, 3, size(60, 100), 4, 12).conditions(HIGH_LATENCY), 4);
        Disposable churn = network.churn(Churn.of(0.1).withMaxDown(5).withPermanentShare(0.02));

        SimulationReport report = network.run(Workload.of(300).withInterval(Duration.ofMillis(200)));
        churn.dispose();

        assertThat(report.nodes().crashes()).isPositive();
        assertThat(report.outcomes().successRate()).isGreaterThanOrEqualTo(0.99);
        assertThat(report.outcomes().noOutcome()).isZero();
        // While nodes crash and restart, a node may be busy with the searches of others at every moment.
        assertIdle(network);
    }

    @Test
    void contractsAreFoundAfterFifthOfNodesCrashes() {
        SimulatedNetwork network = joined(ring(12, 3, size(57, 197), 6, 15), 6);
        List<Contract> contracts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            contracts.add(put(network, i, "contract " + i));
        }
        IntStream.range(3, network.size()).filter(node -> node % 5 == 0).forEach(network::crashSilently);

        long requested = 0;
        long found = 0;
        for (Contract contract : contracts) {
            List<String> results = getEverywhere(network, contract);
            requested += results.size();
            found += results.stream().filter("found"::equals).count();
        }

        assertThat((double) found / requested).isGreaterThanOrEqualTo(0.995);
        assertIdle(network);
    }

    @Test
    void getLeavesReplicaOnIntermediateNode() {
        NodeConfig config = SimulatedNetworkBuilder.config();
        // Only the root stores a replica on a PUT.
        NodeConfig rootOnly = config.withOperations(config.operations().withReplicas(1))
                .withRing(config.ring().withNeighbours(2, 10));
        SimulatedNetwork network = joined(ring(7, 1, 2, 2, 10).node(builder -> builder.config(rootOnly)), 2);
        Contract contract = contractNearestToLaterNodes(network);
        network.time().run(network.client(2).put(contract, HELLO));
        for (int wiped : List.of(0, 1)) {
            network.crash(wiped);
            network.wipe(wiped);
            network.restart(wiped);
        }
        network.partition(List.of(0), List.of(2));
        network.time().advance(Duration.ofMinutes(2));

        GetResult found = network.time().run(network.client(0).get(contract.id()));

        // The intermediate node may have received a replica meanwhile, as the one nearest to the holder.
        assertThat(found.state()).contains(HELLO);
        assertThat(found.hops()).isBetween(1, 2);
        assertThat(network.time()
                        .runUntil(() -> network.storedContract(1, contract.id()).isPresent(), Duration.ofSeconds(10)))
                .isTrue();
    }

    @Test
    void getAtEmptyRootIsAnsweredByRootsNeighbours() {
        assertThat(getThroughAnEmptyRoot(3).state()).contains(HELLO);
    }

    @Test
    void getAtEmptyRootWithoutReplicasIsNotFound() {
        assertThat(getThroughAnEmptyRoot(1)).isInstanceOf(GetResult.NotFound.class);
    }

    @Test
    void rareContractIsFoundWithFewHops() {
        NodeConfig config = SimulatedNetworkBuilder.config();
        OperationConfig fourHops = config.operations().withHopsToLive(4);
        SimulatedNetwork network = joined(
                ring(8, 2, size(40, 60), 6, 15)
                        .node(builder -> builder.config(config.withOperations(fourHops)
                                .withRing(config.ring().withNeighbours(6, 15)))),
                6);
        Contract contract = put(network, 3, "rare");

        assertThat(getEverywhere(network, contract)).containsOnly("found");
    }

    @Test
    void isolatedNodeStoresLocallyAndFindsOwnContracts() {
        SimulatedNetwork network = ring(9, 1, 0, 1, 10).start();
        Contract diary = LastWriterWins.named("diary");

        PutReceipt receipt = network.time().run(network.client(0).put(diary, HELLO));
        GetResult unknown = network.time()
                .run(network.client(0).get(LastWriterWins.named("?").id()));

        assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_LOCALLY);
        assertThat(unknown).isInstanceOf(GetResult.NotFound.class);
        assertThat(network.time().run(network.client(0).get(diary.id())).state())
                .contains(HELLO);
    }

    @Test
    void unknownContractIsNotFoundWithinSeconds() {
        SimulatedNetwork network = joined(ring(10, 2, 28, 6, 15), 6);
        Duration before = network.time().elapsed();

        GetResult unknown = network.time()
                .run(network.client(9).get(LastWriterWins.named("nobody").id()));

        assertThat(unknown).isInstanceOf(GetResult.NotFound.class);
        assertThat(network.time().elapsed().minus(before)).isLessThan(Duration.ofSeconds(2));
        assertIdle(network);
    }

    @Test
    void statesUpToSizeLimitAreStoredAndLargerOnesRejected() {
        SimulatedNetwork network = joined(ring(11, 1, 7, 5, 10), 5);
        Contract empty = GrowOnlySet.named("empty");
        network.time().run(network.client(1).put(empty, GrowOnlySet.state(List.of())));
        assertFoundEverywhere(network, List.of(empty));
        for (int bytes : new int[] {0, 1, 950_000, size(1 << 20, 10 << 20)}) {
            Contract contract = LastWriterWins.named(bytes + " bytes");
            State state = LastWriterWins.state(1, new byte[bytes]);
            network.time().run(network.client(1).put(contract, state));
            assertThat(network.time().run(network.client(6).get(contract.id())).state())
                    .contains(state);
        }

        State tooLarge = LastWriterWins.state(1, new byte[50 << 20]);
        assertThatThrownBy(() -> network.time().run(network.client(1).put(LastWriterWins.named("too large"), tooLarge)))
                .isInstanceOf(PayloadTooLargeException.class)
                .hasMessageContaining("52428800");
        assertIdle(network);
    }

    /** Node 1 GETs, node 0 is a root that joined late, node 2 has a replica, not offered; 1 and 2 are partitioned. */
    private static GetResult getThroughAnEmptyRoot(int replicas) {
        NodeConfig config = SimulatedNetworkBuilder.config();
        NodeConfig limited = config.withOperations(config.operations().withReplicas(replicas))
                .withRing(config.ring().withNeighbours(1, 10));
        SimulatedNetwork network = joined(
                ring(13, 1, 2, 1, 10)
                        .node(builder -> builder.config(limited))
                        .conditions(NetworkConditions.good().withDrop(1, message -> message instanceof Hosting.Offer)),
                1);
        network.partition(List.of(1), List.of(2));
        network.crash(0);
        network.time().advance(Duration.ofMinutes(2));
        Contract contract = IntStream.range(0, 1000)
                .mapToObj(i -> LastWriterWins.named("contract " + i))
                .filter(each -> {
                    RingLocation location = each.key().location();
                    return distance(network, 0, location) < distance(network, 1, location)
                            && distance(network, 0, location) < distance(network, 2, location);
                })
                .findFirst()
                .orElseThrow();
        network.time().run(network.client(2).put(contract, HELLO));
        network.restart(0);
        network.time().runUntil(() -> neighbours(network, 0) == 2, Duration.ofSeconds(30));
        assertThat(network.storedContract(0, contract.id())).isEmpty();
        return network.time().run(network.client(1).get(contract.id()));
    }

    private static String twentyNodes() {
        SimulationReport report = joined(ring(20, 2, 18, 5, 12), 5).run(Workload.of(300));
        assertThat(report.outcomes().success()).isEqualTo(300);
        assertCompleteAndIdle(report);
        return report.toJson();
    }

    private static long holders(SimulatedNetwork network, Contract contract) {
        return network.up().stream()
                .filter(node -> network.storedContract(node, contract.id()).isPresent())
                .count();
    }

    /** A contract to whose location node 1 is nearer than node 0, and node 2 nearer than node 1. */
    private static Contract contractNearestToLaterNodes(SimulatedNetwork network) {
        return IntStream.range(0, 1000)
                .mapToObj(i -> LastWriterWins.named("contract " + i))
                .filter(contract -> {
                    RingLocation location = contract.key().location();
                    return distance(network, 2, location) < distance(network, 1, location)
                            && distance(network, 1, location) < distance(network, 0, location);
                })
                .findFirst()
                .orElseThrow();
    }

    private static double distance(SimulatedNetwork network, int node, RingLocation location) {
        return network.id(node).location().distanceTo(location);
    }
}
