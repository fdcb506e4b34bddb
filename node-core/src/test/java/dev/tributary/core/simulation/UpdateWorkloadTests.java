package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertCompleteAndIdle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.message.Update;
import dev.tributary.core.simulation.report.SimulationReport;
import dev.tributary.core.simulation.report.SimulationReport.UpdateDelivery;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** Workloads with updates and subscriptions. */
class UpdateWorkloadTests {

    @Test
    void subscriberReceivesUpdateOfAnotherNode() {
        SimulatedNetwork network = fullMesh(8, NetworkConditions.good());
        Contract set = GrowOnlySet.named("shared");
        network.time().run(network.client(1).put(set, elements("first")));
        List<ContractUpdate> received = new ArrayList<>();
        Disposable subscription = network.client(5).subscribe(set.id()).subscribe(received::add, failure -> {});
        network.time().advance(Duration.ofSeconds(5));

        network.time().run(network.client(3).update(set.id(), new StateChange.Full(elements("second"))));
        network.time().advance(Duration.ofSeconds(5));
        subscription.dispose();

        assertThat(received)
                .extracting(ContractUpdate::state)
                .containsExactly(elements("first"), elements("first", "second"));
        assertThat(network.awaitIdle(Duration.ofSeconds(30))).isEmpty();
    }

    @Test
    void operationsSucceedAndReplicasEndInSync() {
        SimulationReport report = fullMesh(14, NetworkConditions.good()).run(updateWorkload(300));

        assertThat(report.outcomes().success()).isEqualTo(300);
        assertThat(report.operations().updates().success()).isGreaterThan(20);
        assertThat(report.operations().subscriptions().success()).isGreaterThan(20);
        UpdateDelivery delivery = report.updateDelivery().orElseThrow();
        assertThat(delivery.subscribers())
                .isEqualTo((int) report.operations().subscriptions().success());
        assertThat(delivery.statesDelivered()).isGreaterThan(delivery.subscribers());
        assertInSync(delivery);
        assertCompleteAndIdle(report);
    }

    @Test
    void replicasEndInSyncDespiteDroppedNotices() {
        SimulationReport report = fullMesh(14, NetworkConditions.good().withDrop(0.3, Update.Changed.class::isInstance))
                .run(updateWorkload(200));

        UpdateDelivery delivery = report.updateDelivery().orElseThrow();
        assertThat(delivery.settlingTime()).isPositive();
        assertInSync(delivery);
        assertCompleteAndIdle(report);
    }

    @Test
    void subscribersOfRunningNodesEndInSyncDespiteChurn() {
        SimulatedNetwork network = Scenarios.ring(5, 1, 19, 5, 12)
                .faults(FaultPlan.none().churn(Duration.ofSeconds(2), Duration.ofSeconds(10), Churn.of(0.1)))
                .start();
        network.time().advance(Duration.ofSeconds(1));

        SimulationReport report = network.run(updateWorkload(400));

        assertThat(report.nodes().crashes()).isPositive();
        assertThat(report.updateDelivery().orElseThrow().subscribers())
                .isPositive()
                .isLessThan((int) report.operations().subscriptions().requested());
        assertInSync(report.updateDelivery().orElseThrow());
        assertCompleteAndIdle(report);
    }

    @Test
    void reportIsDeterminedBySeedAndOmitsUpdatesOfOtherWorkloads() {
        String first =
                fullMesh(8, NetworkConditions.good()).run(updateWorkload(100)).toJson();

        assertThat(fullMesh(8, NetworkConditions.good())
                        .run(updateWorkload(100))
                        .toJson())
                .isEqualTo(first)
                .contains("\"updates\"", "\"subscriptions\"", "\"outOfSync\": 0", "\"staleSubscribers\": 0");
        assertThat(fullMesh(8, NetworkConditions.good()).run(Workload.of(100)).toJson())
                .doesNotContain("\"updates\"", "\"updateDelivery\"");
    }

    @Test
    void invalidWeightsAreRejected() {
        assertThatThrownBy(() -> new OperationMix(0, 0, 0, 0)).hasMessageContaining("more than 0");
        assertThatThrownBy(() -> new OperationMix(1, -1, 0, 0)).hasMessageContaining("gets must be in 0..1000000");
        assertThatThrownBy(() -> new OperationMix(1, 1, Double.NaN, 0)).hasMessageContaining("updates must be in");
    }

    private static Workload updateWorkload(int operations) {
        return Workload.of(operations).withMix(OperationMix.allKinds());
    }

    private static void assertInSync(UpdateDelivery delivery) {
        assertThat(delivery.outOfSync()).as("%s", delivery).isZero();
        assertThat(delivery.lost()).as("%s", delivery).isZero();
        assertThat(delivery.staleSubscribers()).as("%s", delivery).isZero();
    }

    private static State elements(String... elements) {
        return GrowOnlySet.state(List.of(elements).stream().map(Bytes::utf8).toList());
    }

    private static SimulatedNetwork fullMesh(int nodes, NetworkConditions conditions) {
        SimulatedNetwork network = Scenarios.ring(1, 1, nodes - 1, nodes - 1, 30)
                .conditions(conditions)
                .fullMesh()
                .start();
        Scenarios.awaitNeighbours(network, nodes - 1, Duration.ofMinutes(3));
        return network;
    }
}
