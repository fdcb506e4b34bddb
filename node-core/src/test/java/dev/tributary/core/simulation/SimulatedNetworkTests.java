package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.simulation.report.SimulationReport;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** Operations on small, fully meshed networks in which links and nodes fail. */
class SimulatedNetworkTests {

    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(30);
    private static final Contract NOTE = LastWriterWins.named("note");
    private static final State HELLO = LastWriterWins.state(1, "hello".getBytes(StandardCharsets.UTF_8));

    @Test
    void contractPutByOneNodeIsFoundByAnother() {
        SimulatedNetwork network = joinedMesh(10, NetworkConditions.good());

        StepVerifier.create(network.client(3).put(NOTE, HELLO))
                .then(() -> network.time().advance(SETTLE_LIMIT))
                .assertNext(receipt -> assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_AT_ROOT))
                .verifyComplete();
        GetResult found = network.time().run(network.client(7).get(NOTE.id()));

        assertThat(found.state()).contains(HELLO);
        assertThat(network.awaitIdle(SETTLE_LIMIT)).isEmpty();
    }

    @Test
    void runIsDeterminedBySeed() {
        SimulationReport report = runUnderFaults(7);
        String first = report.toJson();

        assertThat(report.nodes().crashes()).isGreaterThan(10);
        assertThat(report.nodes().restarts()).isGreaterThan(5);
        assertThat(report.outcomes().noOutcome()).isZero();
        assertThat(runUnderFaults(7).toJson()).isEqualTo(first);
        assertThat(runUnderFaults(7).toJson()).isEqualTo(first);
        assertThat(runUnderFaults(8).toJson()).isNotEqualTo(first);
    }

    @Test
    void operationsSucceedDespiteHighLatency() {
        SimulationReport report = joinedMesh(
                        14, NetworkConditions.good().withLatency(Duration.ofMillis(50), Duration.ofMillis(200)))
                .run(Workload.of(300));

        assertThat(report.outcomes().success()).isEqualTo(300);
        assertThat(report.replicas().copies().min()).isGreaterThanOrEqualTo(3);
        assertNothingLeft(report);
    }

    @Test
    void operationsSucceedDespitePacketLoss() {
        SimulationReport report =
                joinedMesh(14, NetworkConditions.good().withLoss(0.15)).run(Workload.of(300));

        assertThat(report.outcomes().successRate()).isGreaterThanOrEqualTo(0.99);
        assertNothingLeft(report);
    }

    @Test
    void droppedRepliesLeaveNoState() {
        SimulationReport report = joinedMesh(10, NetworkConditions.good().withDrop(0.1, PeerReply.class::isInstance))
                .run(Workload.of(200));

        assertThat(report.outcomes().successRate()).isGreaterThanOrEqualTo(0.95);
        assertNothingLeft(report);
    }

    @Test
    void getWithoutRepliesEndsAtDeadline() {
        SimulatedNetwork network = joinedMesh(10, NetworkConditions.good());
        network.conditions(NetworkConditions.good().withDrop(1, message -> message instanceof Get.Request));
        Duration before = network.time().elapsed();

        StepVerifier.create(network.client(1).get(NOTE.id()))
                .then(() -> network.time().advance(Duration.ofSeconds(61)))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("60000 ms"));

        assertThat(network.time().elapsed().minus(before)).isLessThanOrEqualTo(Duration.ofSeconds(61));
        assertThat(network.awaitIdle(SETTLE_LIMIT)).isEmpty();
    }

    @Test
    void contractIsFoundAfterHostsCrashed() {
        SimulatedNetwork network = joinedMesh(12, NetworkConditions.good());
        network.time().run(network.client(1).put(NOTE, HELLO));
        List<Integer> hosts = hostsOf(network);
        assertThat(hosts).hasSizeGreaterThanOrEqualTo(3);

        network.crash(hosts.get(0));
        network.crashSilently(hosts.get(1));

        for (int node : network.up()) {
            GetResult found = network.time().run(network.client(node).get(NOTE.id()));
            assertThat(found.state()).contains(HELLO);
        }
    }

    @Test
    void diskSurvivesCrashUnlessWiped() {
        SimulatedNetwork network = joinedMesh(6, NetworkConditions.good());
        network.time().run(network.client(1).put(NOTE, HELLO));
        int host = hostsOf(network).get(0);

        network.crash(host);
        assertThat(network.isUp(host)).isFalse();
        assertThatThrownBy(() -> network.client(host)).hasMessageContaining("is down");
        assertThat(network.storedContract(host, NOTE.id())).isPresent();
        network.restart(host);
        awaitMesh(network);
        assertThat(network.client(host).status().contracts().store().contracts())
                .isEqualTo(1);

        network.crashSilently(host);
        network.wipe(host);
        assertThat(network.storedContract(host, NOTE.id())).isEmpty();
        network.restart(host);
        awaitMesh(network);
    }

    @Test
    void bothSidesOfPartitionServeAndFindAllContractsAfterHealing() {
        SimulatedNetwork network = joinedMesh(10, NetworkConditions.good());
        Contract other = LastWriterWins.named("of the other side");
        Disposable partition = network.partition(List.of(0, 1, 2));

        StepVerifier.create(network.client(1).put(NOTE, HELLO))
                .then(() -> network.time().advance(Duration.ofSeconds(60)))
                .expectNextCount(1)
                .verifyComplete();
        StepVerifier.create(network.client(8).put(other, HELLO))
                .then(() -> network.time().advance(Duration.ofSeconds(60)))
                .expectNextCount(1)
                .verifyComplete();
        partition.dispose();
        awaitMesh(network);

        assertThat(network.time().run(network.client(8).get(NOTE.id())).state()).contains(HELLO);
        assertThat(network.time().run(network.client(1).get(other.id())).state())
                .contains(HELLO);
        assertThat(network.awaitIdle(SETTLE_LIMIT)).isEmpty();
    }

    @Test
    void stoppedNodeCanBeRestarted() {
        SimulatedNetwork network = joinedMesh(4, NetworkConditions.good());
        network.time().await(network.stop(2));
        assertThat(network.up()).containsExactly(0, 1, 3);

        network.restart(2);
        awaitMesh(network);
    }

    @Test
    void suspendedNodeCompletesOperationAfterResume() {
        SimulatedNetwork network = joinedMesh(4, NetworkConditions.good());
        Disposable suspension = network.suspend(2);

        StepVerifier.create(network.client(2).put(NOTE, HELLO))
                .expectSubscription()
                .then(() -> network.time().advance(Duration.ofSeconds(20)))
                .then(suspension::dispose)
                .then(() -> network.time().advance(SETTLE_LIMIT))
                .expectNextCount(1)
                .verifyComplete();
        awaitMesh(network);
    }

    @Test
    void nodeReconnectsAfterSleep() {
        SimulatedNetwork network = joinedMesh(4, NetworkConditions.good());
        Disposable sleep = network.sleep(2);
        network.time().advance(Duration.ofMinutes(10));
        assertThat(network.client(1).status().neighbours()).hasSize(2);
        assertThat(network.client(2).status().neighbours())
                .as("neighbours before the node resumes")
                .hasSize(3);

        sleep.dispose();

        awaitMesh(network);
        assertThat(network.awaitIdle(SETTLE_LIMIT)).isEmpty();
    }

    @Test
    void clocksSetAnHourAheadOnAllNodesCloseNoLink() {
        SimulatedNetwork network = joinedMesh(6, NetworkConditions.good());
        List<NodeEvent> lost = new ArrayList<>();
        for (int node : network.up()) {
            network.client(node)
                    .events()
                    .filter(NodeEvent.PeerRemoved.class::isInstance)
                    .subscribe(lost::add);
        }

        network.up().forEach(node -> network.shiftClock(node, Duration.ofHours(1)));
        network.time().advance(Duration.ofMinutes(5));

        assertThat(lost).isEmpty();
        awaitMesh(network);
    }

    @Test
    void nodeThatCrashesWhileSuspendedCanBeRestarted() {
        SimulatedNetwork network = joinedMesh(4, NetworkConditions.good());
        Disposable suspension = network.suspend(2);
        network.crash(2);
        suspension.dispose();

        network.restart(2);
        awaitMesh(network);
    }

    /** Runs a workload under loss, churn, a crash and a partition. */
    static SimulationReport runUnderFaults(long seed) {
        SimulatedNetwork network = Scenarios.ring(seed, 1, 19, 5, 12)
                .conditions(NetworkConditions.good()
                        .withLoss(0.05)
                        .withLatency(Latency.logNormal(Duration.ofMillis(30), 0.5)))
                .faults(FaultPlan.none()
                        .partition(Duration.ofSeconds(4), Duration.ofSeconds(12), List.of(3, 4, 5))
                        .churn(
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(20),
                                Churn.of(0.1).withPermanentShare(0.1))
                        .at(
                                Duration.ofSeconds(6),
                                running -> running.up().stream()
                                        .filter(node -> node > 15)
                                        .findFirst()
                                        .ifPresent(running::crashSilently)))
                .start();
        return network.run(Workload.of(400).withRewriteShare(0.3).withInterval(Duration.ofMillis(50)));
    }

    private static void assertNothingLeft(SimulationReport report) {
        assertThat(report.outcomes().noOutcome()).isZero();
        assertThat(report.leftovers().neverIdle())
                .as("%s", report.leftovers().tables())
                .isZero();
    }

    private static List<Integer> hostsOf(SimulatedNetwork network) {
        return IntStream.range(0, network.size())
                .filter(node -> network.storedContract(node, NOTE.id()).isPresent())
                .boxed()
                .toList();
    }

    private static SimulatedNetwork joinedMesh(int nodes, NetworkConditions conditions) {
        SimulatedNetwork network = Scenarios.ring(1, 1, nodes - 1, nodes - 1, 30)
                .conditions(conditions)
                .fullMesh()
                .start();
        awaitMesh(network);
        return network;
    }

    private static void awaitMesh(SimulatedNetwork network) {
        boolean meshed = network.time()
                .runUntil(
                        () -> network.up().stream()
                                .allMatch(node -> network.client(node)
                                                .status()
                                                .neighbours()
                                                .size()
                                        == network.up().size() - 1),
                        Duration.ofMinutes(3));
        assertThat(meshed).isTrue();
    }
}
