package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertIdle;
import static dev.tributary.core.simulation.Scenarios.awaitNeighbours;
import static dev.tributary.core.simulation.Scenarios.joined;
import static dev.tributary.core.simulation.Scenarios.ring;
import static dev.tributary.core.simulation.Scenarios.size;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.engine.TableSizes;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.message.Update;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.simulation.report.SimulationReport;
import dev.tributary.core.value.ContractInstanceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;

/** Updates for many subscribers and contracts, and on nodes that sleep or whose clocks are wrong. */
@Timeout(900)
class SubscriptionScenarioIntegrationTests {

    private final List<PeerMessage> sent = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    @ParameterizedTest
    @MethodSource("sizes")
    void subscribersReceiveEachUpdateMostlyAsDelta(int nodes) {
        SimulatedNetwork network = joined(ring(60 + nodes, 1, nodes - 1, 5, 10), 5);
        SharedSet set = new SharedSet(network, "fan-out");
        set.put(1, IntStream.range(0, 50).mapToObj(i -> "at first " + i).toArray(String[]::new));
        set.subscribe(nodes / 3);
        set.subscribe(nodes - 1);
        set.awaitElements(50, Duration.ofMinutes(1));
        record(network, Update.Changed.class::isInstance);
        TableMaximum exchanges =
                new TableMaximum(network, tables -> tables.operations().exchanges());

        for (int i = 1; i <= 20; i++) {
            set.add(0, "element " + i);
            // New hosts of the contract learn of each other one after the other, by one comparison per second.
            set.awaitElements(50 + i, Duration.ofSeconds(i == 1 ? 5 : 2));
            network.time().advance(Duration.ofMillis(500));
        }

        long fullStates = sent.stream()
                .filter(message -> ((Update.Changed) message).bytes() > 400)
                .count();
        System.out.printf(
                "%d nodes, 2 subscribers, 20 updates: %d notices, %d of them full states; at most %d exchanges open%n",
                nodes, sent.size(), fullStates, exchanges.end());
        assertThat(fullStates).isLessThan(sent.size() - fullStates);
        assertThat(exchanges.end()).isLessThanOrEqualTo(100);
        set.assertConvergedAndIdle();
    }

    static IntStream sizes() {
        return IntStream.of(8, 16, 24, 40, 60, 80).filter(nodes -> nodes <= size(24, 80));
    }

    @ParameterizedTest
    @ValueSource(longs = {71, 72, 73})
    void onlyReplicasWithSubscribersAreRenewedAndRootRenewsNothing(long seed) {
        SimulatedNetwork network = joined(
                ring(seed, 1, 11, 5, 11)
                        .node(builder -> builder.config(SimulatedNetworkBuilder.config()
                                .withOperations(SimulatedNetworkBuilder.config()
                                        .operations()
                                        .withReplicas(1))
                                .withRing(
                                        SimulatedNetworkBuilder.config().ring().withNeighbours(5, 11)))),
                5);
        int subscriberNode = 7;
        List<SharedSet> sets = new ArrayList<>();
        for (int i = 0; sets.size() < 10; i++) {
            SharedSet set = new SharedSet(network, seed + " cached " + i);
            if (root(network, set) != subscriberNode) {
                sets.add(set);
            }
        }
        sets.forEach(set -> set.put(1, "first"));
        sets.forEach(set -> network.time()
                .run(network.client(subscriberNode).get(set.contract().id())));
        sets.get(0).subscribe(subscriberNode);
        sets.get(1).subscribe(subscriberNode);
        SharedSet ownedByRoot = sets.get(2);
        ownedByRoot.subscribe(root(network, ownedByRoot));
        network.time().advance(Duration.ofMinutes(20));

        record(network, Hosting.Offer.class::isInstance);
        network.time().advance(Duration.ofMinutes(12));

        System.out.printf("2 of 10 copies in use, 12 minutes: %d offers%n", sent.size());
        assertThat(offered())
                .containsExactlyInAnyOrder(
                        sets.get(0).contract().id(), sets.get(1).contract().id());
        assertThat(network.client(subscriberNode)
                        .status()
                        .contracts()
                        .subscriptions()
                        .contracts())
                .isEqualTo(2);
        sets.forEach(SharedSet::assertConvergedAndUnsubscribe);
        assertIdle(network);
    }

    @Test
    void renewalsOfManyContractsAreBatched() {
        SimulatedNetwork network = joined(ring(74, 1, 5, 5, 10), 5);
        int subscriberNode = 4;
        List<SharedSet> sets = IntStream.range(0, 300)
                .mapToObj(i -> new SharedSet(network, "renewed " + i))
                .toList();
        sets.forEach(set -> set.put(1, "first"));
        sets.forEach(set -> set.subscribe(subscriberNode));
        network.time().advance(Duration.ofMinutes(20));

        record(network, Hosting.Offer.class::isInstance);
        network.time().advance(Duration.ofMinutes(3));
        Set<ContractInstanceId> renewed = offered();
        long offers = sent.size();

        System.out.printf("300 subscriptions of one node among 6, 3 minutes: %d offers%n", offers);
        assertThat(renewed)
                .containsAll(sets.stream()
                        .filter(set -> root(network, set) != subscriberNode)
                        .map(set -> set.contract().id())
                        .toList());
        assertThat(offers).isLessThanOrEqualTo(200);
        sets.get(17).add(2, "second");
        sets.get(17).awaitElements(2, Duration.ofSeconds(2));
        for (int node = 0; node < 6; node++) {
            assertThat(network.client(node).status().tables().dropped().nodeEvents())
                    .isZero();
            assertThat(network.client(node).status().loop().faults()).isZero();
            assertThat(network.client(node).status().contracts().hosting().refused())
                    .isZero();
        }
        sets.forEach(SharedSet::assertConvergedAndUnsubscribe);
        assertIdle(network);
    }

    @Test
    void threeNodesConvergeWithinOneSecondOfEachUpdate() {
        SimulatedNetwork network = joined(ring(80, 1, 2, 2, 5), 2);
        SharedSet set = new SharedSet(network, "broadcast");
        set.put(0, "first");
        IntStream.range(0, 3).forEach(set::subscribe);
        set.awaitElements(1, Duration.ofSeconds(30));

        for (int i = 1; i <= 10; i++) {
            set.add(i % 3, "element " + i);
            set.awaitElements(1 + i, Duration.ofSeconds(1));
            assertThat(set.replicas()).hasSize(3).containsOnly(set.replicas().get(0));
        }

        set.assertConvergedAndIdle();
    }

    @ParameterizedTest
    @ValueSource(longs = {81, 82, 83, 84, 85})
    void simultaneousUpdatesOfEightNodesConverge(long seed) {
        SimulatedNetwork network = joined(ring(seed, 2, 6, 4, 8), 4);
        SharedSet set = new SharedSet(network, "at once");
        set.put(0, "first");
        IntStream.range(0, 8).forEach(set::subscribe);
        set.awaitElements(1, Duration.ofMinutes(1));

        for (int i = 0; i < 80; i++) {
            set.addLater(i % 8, "element " + i).subscribe(done -> {}, failures::add);
        }
        set.awaitElements(81, Duration.ofSeconds(10));

        assertThat(failures).isEmpty();
        assertThat(set.replicas()).hasSize(8).containsOnly(set.replicas().get(0));
        set.assertConvergedAndIdle();
    }

    @Test
    void sharedContractsCostFewNoticesAndLeaveTablesEmpty() {
        SimulatedNetwork network = joined(ring(75, 1, 7, 7, 10), 7);
        TableMaximum exchanges =
                new TableMaximum(network, tables -> tables.operations().exchanges());
        record(network, message -> message instanceof Hosting.Offer || message instanceof Hosting.Unfollowed);
        List<SharedSet> sets = IntStream.range(0, 8)
                .mapToObj(i -> new SharedSet(network, "shared " + i))
                .toList();
        for (int i = 0; i < 8; i++) {
            sets.get(i).put(i, "first");
        }
        sets.forEach(set -> IntStream.range(0, 8).forEach(set::subscribe));
        sets.forEach(set -> set.awaitElements(1, Duration.ofMinutes(1)));
        int announcements = sent.size();
        long before = count(network, "Update.Changed");

        for (SharedSet set : sets) {
            for (int node = 0; node < 8; node++) {
                set.addLater(node, "of " + node).subscribe(done -> {}, failures::add);
            }
        }
        sets.forEach(set -> set.awaitElements(9, Duration.ofSeconds(10)));

        long notices = count(network, "Update.Changed") - before;
        System.out.printf(
                "8 contracts on 8 nodes: %d offers, 64 simultaneous updates: %d notices; at most %d exchanges open%n",
                announcements, notices, exchanges.end());
        assertThat(failures).isEmpty();
        assertThat(announcements).isBetween(1, 500);
        assertThat(notices).isLessThanOrEqualTo(64 * 8);
        assertThat(exchanges.end()).isLessThanOrEqualTo(100);
        sets.forEach(SharedSet::assertConvergedAndUnsubscribe);
        assertIdle(network);
    }

    @Test
    void subscriberReceivesLatestStateAfterProcessWasSuspendedForTenMinutes() {
        SimulatedNetwork network = joined(ring(76, 1, 9, 5, 10), 5);
        assertReceivesLatestStateAfterTenMinutes(network, () -> network.suspend(7));
    }

    @Test
    void subscriberReceivesLatestStateAfterMachineSleptForTenMinutes() {
        SimulatedNetwork network = joined(ring(76, 1, 9, 5, 10), 5);
        assertReceivesLatestStateAfterTenMinutes(network, () -> network.sleep(7));
    }

    private static void assertReceivesLatestStateAfterTenMinutes(
            SimulatedNetwork network, Supplier<Disposable> suspends) {
        SharedSet set = new SharedSet(network, "away");
        set.put(0, "first");
        SharedSet.SetSubscriber suspended = set.subscribe(7);
        set.subscribe(3);
        set.awaitElements(1, Duration.ofMinutes(1));

        Disposable suspension = suspends.get();
        for (int i = 0; i < 20; i++) {
            set.add(2, "element " + i);
            network.time().advance(Duration.ofSeconds(30));
        }
        assertThat(suspended.size()).isOne();
        suspension.dispose();

        set.awaitElements(21, Duration.ofMinutes(1));
        set.add(5, "last");
        set.awaitElements(22, Duration.ofSeconds(2));
        set.assertConvergedAndIdle();
    }

    @Test
    void subscriberMissesNoUpdateWhileSuspendedForTenSeconds() {
        SimulatedNetwork network = joined(ring(77, 1, 9, 5, 10), 5);
        SharedSet set = new SharedSet(network, "a nap");
        set.put(0, "first");
        set.subscribe(7);
        set.awaitElements(1, Duration.ofMinutes(1));

        Disposable suspension = network.suspend(7);
        for (int i = 0; i < 10; i++) {
            set.add(2, "element " + i);
            network.time().advance(Duration.ofSeconds(1));
        }
        suspension.dispose();

        set.awaitElements(11, Duration.ofSeconds(30));
        set.assertConvergedAndIdle();
    }

    @Test
    void acknowledgedUpdateSurvivesSleepOfItsWriter() {
        SimulatedNetwork network = joined(ring(78, 1, 9, 5, 10), 5);
        SharedSet set = new SharedSet(network, "sleepy writer");
        set.put(0, "first");
        set.subscribe(4);
        set.awaitElements(1, Duration.ofMinutes(1));

        set.add(6, "before");
        // The node is suspended when the client has its receipt, possibly before the notice is sent.
        Disposable sleep = network.sleep(6);
        network.time().advance(Duration.ofMinutes(10));
        sleep.dispose();
        awaitNeighbours(network, 5, Duration.ofMinutes(1));

        set.awaitElements(2, Duration.ofMinutes(4));
        set.assertConvergedAndIdle();
    }

    @Test
    void replicasConvergeForEveryOrderOfPutSubscribeJoinAndPartition() {
        List<List<Integer>> orders = orders(List.of(0, 1, 2, 3));
        for (int i = 0; i < orders.size(); i += size(3, 1)) {
            SimulatedNetwork network = joined(ring(100 + i, 1, 9, 5, 10), 5);
            network.crash(6);
            SharedSet set = new SharedSet(network, "in order " + i);
            List<Runnable> steps = List.of(
                    () -> set.put(8, "put"),
                    () -> set.subscribe(4),
                    () -> {
                        network.restart(6);
                        set.subscribe(6);
                    },
                    () -> {
                        Disposable partition = network.partition(List.of(0, 1, 2, 3));
                        // The PUT may never be acknowledged, but the node stores it.
                        set.putLater(2, "on the island").subscribe(receipt -> {}, failure -> {});
                        network.time().advance(Duration.ofSeconds(20));
                        partition.dispose();
                    });
            orders.get(i).forEach(step -> {
                steps.get(step).run();
                network.time().advance(Duration.ofSeconds(1));
            });

            set.awaitElements(2, Duration.ofMinutes(4));
            set.add(5, "last");
            set.awaitElements(3, Duration.ofSeconds(5));
            set.assertConvergedAndIdle();
        }
    }

    private static List<List<Integer>> orders(List<Integer> steps) {
        if (steps.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Integer>> orders = new ArrayList<>();
        for (Integer first : steps) {
            List<Integer> remaining =
                    steps.stream().filter(step -> !step.equals(first)).toList();
            orders(remaining)
                    .forEach(rest -> orders.add(
                            Stream.concat(Stream.of(first), rest.stream()).toList()));
        }
        return orders;
    }

    @Test
    void clockOffsetsOfAnHourChangeNothing() {
        SimulationReport exact = runUnderFaults(node -> 0, FaultPlan.none());

        SimulationReport shifted = runUnderFaults(node -> node % 3 - 1, FaultPlan.none());

        assertThat(exact.updateDelivery().orElseThrow().outOfSync()).isZero();
        assertThat(exact.outcomes().noOutcome()).isZero();
        // Only the fingerprint differs, because transaction ids contain the time.
        assertThat(withoutFingerprint(shifted)).isEqualTo(withoutFingerprint(exact));
    }

    @Test
    void clockJumpsOfAnHourLoseNoUpdate() {
        // A node whose wall clock jumps ahead probes its links, as after sleep mode, and keeps those that live.
        FaultPlan clockJumps = FaultPlan.none()
                .at(
                        Duration.ofSeconds(25),
                        network -> IntStream.range(0, network.size())
                                .forEach(node -> network.shiftClock(node, Duration.ofHours(node % 3 - 1))));

        SimulationReport report = runUnderFaults(node -> 0, clockJumps);

        SimulationReport.UpdateDelivery delivery = report.updateDelivery().orElseThrow();
        assertThat(report.outcomes().noOutcome()).isZero();
        assertThat(delivery.outOfSync()).as("%s", delivery).isZero();
        assertThat(delivery.lost()).as("%s", delivery).isZero();
        assertThat(delivery.staleSubscribers()).as("%s", delivery).isZero();
        assertThat(report.leftovers().neverIdle())
                .as("%s", report.leftovers().tables())
                .isZero();
    }

    /** Runs updates under loss and churn. */
    private static SimulationReport runUnderFaults(IntUnaryOperator hoursAhead, FaultPlan faults) {
        SimulatedNetwork network = ring(79, 1, 15, 5, 12)
                .conditions(NetworkConditions.good().withLoss(0.02))
                .clockOffsets(node -> Duration.ofHours(hoursAhead.applyAsInt(node)))
                .faults(faults.churn(Duration.ofSeconds(20), Duration.ofSeconds(30), Churn.of(0.1)))
                .start();
        network.time().advance(Duration.ofSeconds(15));
        return network.run(Workload.of(400).withMix(OperationMix.allKinds()).withInterval(Duration.ofMillis(50)));
    }

    private static String withoutFingerprint(SimulationReport report) {
        return report.toJson().replace(report.run().fingerprint(), "");
    }

    /** Starts to record the matching messages. */
    private void record(SimulatedNetwork network, Predicate<PeerMessage> filter) {
        sent.clear();
        network.conditions(NetworkConditions.good().withDrop(1, message -> {
            if (filter.test(message)) {
                sent.add(message);
            }
            return false;
        }));
    }

    private Set<ContractInstanceId> offered() {
        Set<ContractInstanceId> ids = new HashSet<>();
        sent.forEach(offer -> ((Hosting.Offer) offer).replicas().forEach(held -> ids.add(held.id())));
        return ids;
    }

    private static long count(SimulatedNetwork network, String kind) {
        return network.messages().getOrDefault(kind, MessageCount.NONE).messages();
    }

    private static int root(SimulatedNetwork network, SharedSet set) {
        return IntStream.range(0, network.size())
                .boxed()
                .min(Comparator.comparingDouble(node -> network.id(node)
                        .location()
                        .distanceTo(set.contract().key().location())))
                .orElseThrow();
    }

    /** The maximum size of a table on any node, sampled every 10 ms. */
    private static final class TableMaximum {

        private final Disposable sampling;
        private int max;

        TableMaximum(SimulatedNetwork network, ToIntFunction<TableSizes> table) {
            sampling = network.time()
                    .schedulePeriodically(
                            () -> network.up()
                                    .forEach(node -> max = Math.max(
                                            max,
                                            table.applyAsInt(network.client(node)
                                                    .status()
                                                    .tables()))),
                            0,
                            10,
                            TimeUnit.MILLISECONDS);
        }

        int end() {
            sampling.dispose();
            return max;
        }
    }
}
