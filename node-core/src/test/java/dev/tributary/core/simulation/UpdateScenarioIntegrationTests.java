package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertIdle;
import static dev.tributary.core.simulation.Scenarios.awaitNeighbours;
import static dev.tributary.core.simulation.Scenarios.joined;
import static dev.tributary.core.simulation.Scenarios.replicas;
import static dev.tributary.core.simulation.Scenarios.ring;
import static dev.tributary.core.simulation.Scenarios.size;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.message.Update;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.UpdateReceipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;

/** Delivery of updates to subscribers on whole networks, with and without faults. */
@Timeout(600)
class UpdateScenarioIntegrationTests {

    private static final Contract SET = GrowOnlySet.named("living");

    @Test
    void updatesOfOneWriterReachAllSubscribersInOrder() {
        int nodes = size(60, 200);
        SimulatedNetwork network = joined(ring(31, 3, nodes - 3, 6, 15), 6);
        put(network, 0, "first");
        List<TestSubscriber> subscribers = new ArrayList<>();
        for (int i = 0; i < size(120, 500); i++) {
            subscribers.add(subscribe(network, i % nodes));
        }
        awaitElements(network, subscribers, 1, Duration.ofMinutes(1));

        for (int i = 0; i < 20; i++) {
            update(network, 5, "element " + i);
            int expected = 2 + i;
            boolean received = network.time()
                    .runUntil(
                            () -> subscribers.stream().allMatch(subscriber -> subscriber.size() == expected),
                            Duration.ofSeconds(2));
            assertThat(received)
                    .as("all subscribers receive update %d; elements received by each: %s", i, sizes(subscribers))
                    .isTrue();
        }

        assertThat(subscribers)
                .allSatisfy(subscriber -> assertThat(subscriber.received).isSorted());
        end(network, subscribers);
    }

    @Test
    void simultaneousWritersLoseNoUpdate() {
        int nodes = size(60, 100);
        SimulatedNetwork network = joined(ring(32, 3, nodes - 3, 6, 15), 6);
        put(network, 0, "first");
        List<TestSubscriber> subscribers = IntStream.range(0, nodes)
                .mapToObj(node -> subscribe(network, node))
                .toList();
        awaitElements(network, subscribers, 1, Duration.ofMinutes(1));
        Map<String, MessageCount> before = network.messages();

        List<UpdateReceipt> receipts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            network.client(i)
                    .update(SET.id(), element("writer " + i))
                    .subscribe(receipts::add, failure -> subscribers.get(0).fail(failure));
        }
        awaitElements(network, subscribers, 51, Duration.ofSeconds(30));

        print("50 simultaneous writers, " + nodes + " hosts", network, before);
        assertThat(receipts).hasSize(50);
        assertThat(replicas(network, SET))
                .hasSize(nodes)
                .containsOnly(subscribers.get(0).state());
        end(network, subscribers);
    }

    @Test
    void subscribersConvergeWithinTwoRenewalsDespiteLostUpdates() {
        int nodes = size(40, 100);
        SimulatedNetwork network = joined(ring(33, 3, nodes - 3, 6, 15), 6);
        put(network, 0, "first");
        List<TestSubscriber> subscribers = IntStream.range(0, nodes)
                .mapToObj(node -> subscribe(network, node))
                .toList();
        awaitElements(network, subscribers, 1, Duration.ofMinutes(1));
        network.conditions(NetworkConditions.good().withDrop(0.1, Update.Changed.class::isInstance));

        for (int i = 0; i < 20; i++) {
            update(network, i, "element " + i);
        }
        awaitElements(network, subscribers, 21, Duration.ofMinutes(4));

        end(network, subscribers);
    }

    @Test
    void acknowledgedUpdatesSurviveCrashOfRoot() {
        int nodes = size(40, 100);
        SimulatedNetwork network = joined(ring(34, 3, nodes - 3, 6, 15), 6);
        put(network, 0, "first");
        int root = root(network);
        List<Integer> others =
                IntStream.range(0, nodes).filter(node -> node != root).boxed().toList();
        List<TestSubscriber> subscribers =
                others.stream().map(node -> subscribe(network, node)).toList();
        awaitElements(network, subscribers, 1, Duration.ofMinutes(1));

        List<UpdateReceipt> receipts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int writer = others.get(i % others.size());
            String element = "element " + i;
            network.after(
                    Duration.ofMillis(20L * i),
                    () -> network.client(writer)
                            .update(SET.id(), element(element))
                            .subscribe(
                                    receipts::add, failure -> subscribers.get(0).fail(failure)));
        }
        network.after(Duration.ofSeconds(1), () -> network.crash(root));
        awaitElements(network, subscribers, 101, Duration.ofMinutes(1));

        assertThat(receipts).hasSize(100);
        end(network, subscribers);
    }

    @Test
    void concurrentWritersConvergeForEverySeed() {
        for (int seed = 40; seed < 45; seed++) {
            int nodes = 3 + seed % 4;
            SimulatedNetwork network = joined(ring(seed, 1, nodes - 1, 2, 6), 2);
            put(network, 0, "first");
            List<TestSubscriber> subscribers = IntStream.range(0, nodes)
                    .mapToObj(node -> subscribe(network, node))
                    .toList();
            awaitElements(network, subscribers, 1, Duration.ofMinutes(1));
            Random random = new Random(seed);
            for (int i = 0; i < 80; i++) {
                String element = "element " + i;
                int writer = random.nextInt(nodes);
                network.after(
                        Duration.ofMillis(random.nextInt(2000)),
                        () -> network.client(writer)
                                .update(SET.id(), element(element))
                                .subscribe(
                                        done -> {},
                                        failure -> subscribers.get(0).fail(failure)));
            }
            network.time().advance(Duration.ofSeconds(2));
            awaitElements(network, subscribers, 81, Duration.ofSeconds(10));

            assertThat(replicas(network, SET))
                    .hasSize(nodes)
                    .containsOnly(subscribers.get(0).state());
            end(network, subscribers);
        }
    }

    @Test
    void lateSubscriberReceivesLatestStateAndNextUpdate() {
        SimulatedNetwork network = joined(ring(35, 1, 9, 5, 10), 5);
        network.crash(9);
        put(network, 0, "first");
        for (int i = 0; i < 10; i++) {
            update(network, i % 9, "element " + i);
        }
        network.restart(9);
        awaitNeighbours(network, 5, Duration.ofMinutes(1));
        TestSubscriber late = subscribe(network, 9);
        awaitElements(network, List.of(late), 11, Duration.ofMinutes(1));

        update(network, 3, "last");
        awaitElements(network, List.of(late), 12, Duration.ofSeconds(2));

        end(network, List.of(late));
    }

    @Test
    void subscriberReceivesLatestStateAfterTenMinutesOfIsolation() {
        SimulatedNetwork network = joined(ring(36, 1, 9, 5, 10), 5);
        put(network, 0, "first");
        TestSubscriber subscriber = subscribe(network, 7);
        awaitElements(network, List.of(subscriber), 1, Duration.ofMinutes(1));
        Disposable partition = network.partition(List.of(7));
        for (int i = 0; i < 20; i++) {
            update(network, 2, "element " + i);
            network.time().advance(Duration.ofSeconds(30));
        }
        partition.dispose();

        awaitElements(network, List.of(subscriber), 21, Duration.ofMinutes(1));

        end(network, List.of(subscriber));
    }

    @Test
    void updatesOfBothSidesReachAllSubscribersAfterPartitionHeals() {
        SimulatedNetwork network = joined(ring(37, 1, 9, 5, 10), 5);
        put(network, 0, "first");
        List<TestSubscriber> subscribers = IntStream.range(0, 10)
                .mapToObj(node -> subscribe(network, node))
                .toList();
        awaitElements(network, subscribers, 1, Duration.ofMinutes(1));
        Disposable partition = network.partition(List.of(0, 1, 2, 3));
        update(network, 1, "left");
        update(network, 8, "right");
        network.time().advance(Duration.ofSeconds(20));
        assertThat(sizes(subscribers)).doesNotContain(3);
        partition.dispose();

        awaitElements(network, subscribers, 3, Duration.ofSeconds(30));

        end(network, subscribers);
    }

    @Test
    void subscribersBeforeAndAfterPutReceiveSameStates() {
        SimulatedNetwork network = joined(ring(38, 1, 9, 5, 10), 5);
        TestSubscriber early = subscribe(network, 4);
        network.time().advance(Duration.ofSeconds(20));
        put(network, 8, "first");
        TestSubscriber immediately = subscribe(network, 8);
        TestSubscriber after = subscribe(network, 2);
        List<TestSubscriber> all = List.of(early, immediately, after);
        awaitElements(network, all, 1, Duration.ofMinutes(2));

        update(network, 6, "second");
        awaitElements(network, all, 2, Duration.ofSeconds(2));

        end(network, all);
    }

    @Test
    void joiningNodeReceivesUpdatesDuringItsJoin() {
        SimulatedNetwork network = joined(ring(39, 1, 9, 5, 10), 5);
        network.crash(6);
        put(network, 0, "first");
        network.restart(6);
        TestSubscriber joiner = subscribe(network, 6);
        for (int i = 0; i < 10; i++) {
            update(network, 3, "element " + i);
            network.time().advance(Duration.ofMillis(300));
        }

        awaitElements(network, List.of(joiner), 11, Duration.ofMinutes(2));

        end(network, List.of(joiner));
    }

    private static void put(SimulatedNetwork network, int node, String element) {
        network.time().run(network.client(node).put(SET, GrowOnlySet.state(List.of(Bytes.utf8(element)))));
    }

    private static UpdateReceipt update(SimulatedNetwork network, int node, String element) {
        return network.time().run(network.client(node).update(SET.id(), element(element)));
    }

    private static StateChange element(String element) {
        return new StateChange.Full(GrowOnlySet.state(List.of(Bytes.utf8(element))));
    }

    /** The running node nearest to the contract's location. */
    private static int root(SimulatedNetwork network) {
        return network.up().stream()
                .min((left, right) -> Double.compare(distance(network, left), distance(network, right)))
                .orElseThrow();
    }

    private static double distance(SimulatedNetwork network, int node) {
        return network.id(node).location().distanceTo(SET.key().location());
    }

    private static TestSubscriber subscribe(SimulatedNetwork network, int node) {
        return new TestSubscriber(network, node);
    }

    private static void awaitElements(
            SimulatedNetwork network, List<TestSubscriber> subscribers, int elements, Duration limit) {
        boolean received =
                network.time().runUntil(() -> subscribers.stream().allMatch(each -> each.size() >= elements), limit);
        assertThat(received)
                .as("all receive %d elements within %s; received by each: %s", elements, limit, sizes(subscribers))
                .isTrue();
    }

    private static List<Integer> sizes(List<TestSubscriber> subscribers) {
        return subscribers.stream().map(TestSubscriber::size).toList();
    }

    private static void end(SimulatedNetwork network, List<TestSubscriber> subscribers) {
        assertThat(subscribers)
                .allSatisfy(subscriber -> assertThat(subscriber.failures).isEmpty());
        subscribers.forEach(subscriber -> subscriber.subscription.dispose());
        network.conditions(NetworkConditions.good());
        assertIdle(network);
    }

    private static void print(String what, SimulatedNetwork network, Map<String, MessageCount> before) {
        network.messages().forEach((kind, count) -> {
            MessageCount more = count.minus(before.getOrDefault(kind, MessageCount.NONE));
            if (more.messages() > 0) {
                System.out.printf("%s: %s, %d messages, %d bytes%n", what, kind, more.messages(), more.bytes());
            }
        });
    }

    /** A subscriber of the set at one node. */
    private static final class TestSubscriber {

        private final List<Integer> received = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private final Disposable subscription;
        private State latest = GrowOnlySet.state(List.of());

        TestSubscriber(SimulatedNetwork network, int node) {
            subscription = network.client(node)
                    .subscribe(SET.id())
                    .subscribe(
                            update -> {
                                latest = update.state();
                                received.add(size());
                            },
                            failures::add);
        }

        int size() {
            return GrowOnlySet.elements(latest).size();
        }

        State state() {
            return latest;
        }

        void fail(Throwable failure) {
            failures.add(failure);
        }
    }
}
