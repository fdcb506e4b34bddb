package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertQuiet;
import static dev.tributary.core.simulation.Scenarios.awaitNeighbours;
import static dev.tributary.core.simulation.Scenarios.copies;
import static dev.tributary.core.simulation.Scenarios.joined;
import static dev.tributary.core.simulation.Scenarios.ring;
import static dev.tributary.core.simulation.Scenarios.size;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.message.Update;
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

/** What subscribers see on whole networks when states change, whatever happens meanwhile. */
@Timeout(600)
class UpdateScenarioIntegrationTests {

    private static final Contract SET = GrowOnlySet.named("living");

    @Test
    void oneWriterReachesAllSubscribersSoonAndInOrder() {
        int nodes = size(60, 200);
        SimulatedNetwork network = joined(ring(31, 3, nodes - 3, 6, 15), 6);
        put(network, 0, "first");
        List<Watcher> watchers = new ArrayList<>();
        for (int i = 0; i < size(120, 500); i++) {
            watchers.add(watch(network, i % nodes));
        }
        awaitElements(network, watchers, 1, Duration.ofMinutes(1));

        for (int i = 0; i < 20; i++) {
            update(network, 5, "element " + i);
            int expected = 2 + i;
            boolean seen = network.time()
                    .runUntil(
                            () -> watchers.stream().allMatch(watcher -> watcher.size() == expected),
                            Duration.ofSeconds(2));
            assertThat(seen)
                    .as("update %d seen by all; elements seen by each: %s", i, sizes(watchers))
                    .isTrue();
        }

        assertThat(watchers).allSatisfy(watcher -> assertThat(watcher.seen).isSorted());
        end(network, watchers);
    }

    @Test
    void fiftyWritersAtOnceLoseNothing() {
        int nodes = size(60, 100);
        SimulatedNetwork network = joined(ring(32, 3, nodes - 3, 6, 15), 6);
        put(network, 0, "first");
        List<Watcher> watchers =
                IntStream.range(0, nodes).mapToObj(node -> watch(network, node)).toList();
        awaitElements(network, watchers, 1, Duration.ofMinutes(1));
        Map<String, MessageCount> before = network.messages();

        List<UpdateReceipt> receipts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            network.client(i)
                    .update(SET.id(), element("writer " + i))
                    .subscribe(receipts::add, failure -> watchers.get(0).fail(failure));
        }
        awaitElements(network, watchers, 51, Duration.ofSeconds(30));

        print("50 writers at once, " + nodes + " hosts", network, before);
        assertThat(receipts).hasSize(50);
        assertThat(copies(network, SET))
                .hasSize(nodes)
                .containsOnly(watchers.get(0).state());
        end(network, watchers);
    }

    @Test
    void whenATenthOfTheChangesIsLostAllConvergeWithinTwoRenewals() {
        int nodes = size(40, 100);
        SimulatedNetwork network = joined(ring(33, 3, nodes - 3, 6, 15), 6);
        put(network, 0, "first");
        List<Watcher> watchers =
                IntStream.range(0, nodes).mapToObj(node -> watch(network, node)).toList();
        awaitElements(network, watchers, 1, Duration.ofMinutes(1));
        network.conditions(NetworkConditions.good().withDrop(0.1, Update.Changed.class::isInstance));

        for (int i = 0; i < 20; i++) {
            update(network, i, "element " + i);
        }
        awaitElements(network, watchers, 21, Duration.ofMinutes(4));

        end(network, watchers);
    }

    @Test
    void whatWasAcknowledgedSurvivesTheRoot() {
        int nodes = size(40, 100);
        SimulatedNetwork network = joined(ring(34, 3, nodes - 3, 6, 15), 6);
        put(network, 0, "first");
        int root = root(network);
        List<Integer> others =
                IntStream.range(0, nodes).filter(node -> node != root).boxed().toList();
        List<Watcher> watchers =
                others.stream().map(node -> watch(network, node)).toList();
        awaitElements(network, watchers, 1, Duration.ofMinutes(1));

        List<UpdateReceipt> receipts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int writer = others.get(i % others.size());
            String element = "element " + i;
            network.after(
                    Duration.ofMillis(20L * i),
                    () -> network.client(writer)
                            .update(SET.id(), element(element))
                            .subscribe(receipts::add, failure -> watchers.get(0).fail(failure)));
        }
        network.after(Duration.ofSeconds(1), () -> network.crash(root));
        awaitElements(network, watchers, 101, Duration.ofMinutes(1));

        assertThat(receipts).hasSize(100);
        end(network, watchers);
    }

    @Test
    void allOfSixWhoChangeItAtTheSameMomentEndByteEqualForEverySeed() {
        for (int seed = 40; seed < 45; seed++) {
            int nodes = 3 + seed % 4;
            SimulatedNetwork network = joined(ring(seed, 1, nodes - 1, 2, 6), 2);
            put(network, 0, "first");
            List<Watcher> watchers = IntStream.range(0, nodes)
                    .mapToObj(node -> watch(network, node))
                    .toList();
            awaitElements(network, watchers, 1, Duration.ofMinutes(1));
            Random random = new Random(seed);
            for (int i = 0; i < 80; i++) {
                String element = "element " + i;
                int writer = random.nextInt(nodes);
                network.after(
                        Duration.ofMillis(random.nextInt(2000)),
                        () -> network.client(writer)
                                .update(SET.id(), element(element))
                                .subscribe(
                                        done -> {}, failure -> watchers.get(0).fail(failure)));
            }
            network.time().advance(Duration.ofSeconds(2));
            awaitElements(network, watchers, 81, Duration.ofSeconds(10));

            assertThat(copies(network, SET))
                    .hasSize(nodes)
                    .containsOnly(watchers.get(0).state());
            end(network, watchers);
        }
    }

    @Test
    void aLateJoinerSeesTheLatestStateAndThenTheNextChange() {
        SimulatedNetwork network = joined(ring(35, 1, 9, 5, 10), 5);
        network.crash(9);
        put(network, 0, "first");
        for (int i = 0; i < 10; i++) {
            update(network, i % 9, "element " + i);
        }
        network.restart(9);
        awaitNeighbours(network, 5, Duration.ofMinutes(1));
        Watcher late = watch(network, 9);
        awaitElements(network, List.of(late), 11, Duration.ofMinutes(1));

        update(network, 3, "last");
        awaitElements(network, List.of(late), 12, Duration.ofSeconds(2));

        end(network, List.of(late));
    }

    @Test
    void aSubscriberThatWasCutOffForTenMinutesSeesTheLatestStateSoonAfter() {
        SimulatedNetwork network = joined(ring(36, 1, 9, 5, 10), 5);
        put(network, 0, "first");
        Watcher watcher = watch(network, 7);
        awaitElements(network, List.of(watcher), 1, Duration.ofMinutes(1));
        Disposable freeze = network.partition(List.of(7));
        for (int i = 0; i < 20; i++) {
            update(network, 2, "element " + i);
            network.time().advance(Duration.ofSeconds(30));
        }
        freeze.dispose();

        awaitElements(network, List.of(watcher), 21, Duration.ofMinutes(1));

        end(network, List.of(watcher));
    }

    @Test
    void changesOnBothSidesOfAPartitionAreSeenByAllSoonAfterItHeals() {
        SimulatedNetwork network = joined(ring(37, 1, 9, 5, 10), 5);
        put(network, 0, "first");
        List<Watcher> watchers =
                IntStream.range(0, 10).mapToObj(node -> watch(network, node)).toList();
        awaitElements(network, watchers, 1, Duration.ofMinutes(1));
        Disposable partition = network.partition(List.of(0, 1, 2, 3));
        update(network, 1, "left");
        update(network, 8, "right");
        network.time().advance(Duration.ofSeconds(20));
        assertThat(sizes(watchers)).doesNotContain(3);
        partition.dispose();

        awaitElements(network, watchers, 3, Duration.ofSeconds(30));

        end(network, watchers);
    }

    @Test
    void whoSubscribesBeforeThePutSeesWhatWhoSubscribesAfterItSees() {
        SimulatedNetwork network = joined(ring(38, 1, 9, 5, 10), 5);
        Watcher early = watch(network, 4);
        network.time().advance(Duration.ofSeconds(20));
        put(network, 8, "first");
        Watcher immediately = watch(network, 8);
        Watcher after = watch(network, 2);
        List<Watcher> all = List.of(early, immediately, after);
        awaitElements(network, all, 1, Duration.ofMinutes(2));

        update(network, 6, "second");
        awaitElements(network, all, 2, Duration.ofSeconds(2));

        end(network, all);
    }

    @Test
    void aChangeDuringAJoinIsSeenByTheJoiner() {
        SimulatedNetwork network = joined(ring(39, 1, 9, 5, 10), 5);
        network.crash(6);
        put(network, 0, "first");
        network.restart(6);
        Watcher joiner = watch(network, 6);
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

    /** The node nearest to the contract. */
    private static int root(SimulatedNetwork network) {
        return network.up().stream()
                .min((left, right) -> Double.compare(distance(network, left), distance(network, right)))
                .orElseThrow();
    }

    private static double distance(SimulatedNetwork network, int node) {
        return network.id(node).location().distanceTo(SET.key().location());
    }

    private static Watcher watch(SimulatedNetwork network, int node) {
        return new Watcher(network, node);
    }

    private static void awaitElements(SimulatedNetwork network, List<Watcher> watchers, int elements, Duration limit) {
        boolean seen =
                network.time().runUntil(() -> watchers.stream().allMatch(watcher -> watcher.size() >= elements), limit);
        assertThat(seen)
                .as("%d elements seen by all within %s; seen by each: %s", elements, limit, sizes(watchers))
                .isTrue();
    }

    private static List<Integer> sizes(List<Watcher> watchers) {
        return watchers.stream().map(Watcher::size).toList();
    }

    private static void end(SimulatedNetwork network, List<Watcher> watchers) {
        assertThat(watchers).allSatisfy(watcher -> assertThat(watcher.failures).isEmpty());
        watchers.forEach(watcher -> watcher.subscription.dispose());
        network.conditions(NetworkConditions.good());
        assertQuiet(network);
    }

    private static void print(String what, SimulatedNetwork network, Map<String, MessageCount> before) {
        network.messages().forEach((kind, count) -> {
            MessageCount more = count.minus(before.getOrDefault(kind, MessageCount.NONE));
            if (more.messages() > 0) {
                System.out.printf("%s: %s, %d messages, %d bytes%n", what, kind, more.messages(), more.bytes());
            }
        });
    }

    /** Somebody who listens to the set through a node. */
    private static final class Watcher {

        private final List<Integer> seen = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();
        private final Disposable subscription;
        private State latest = GrowOnlySet.state(List.of());

        Watcher(SimulatedNetwork network, int node) {
            subscription = network.client(node)
                    .subscribe(SET.id())
                    .subscribe(
                            update -> {
                                latest = update.state();
                                seen.add(size());
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
