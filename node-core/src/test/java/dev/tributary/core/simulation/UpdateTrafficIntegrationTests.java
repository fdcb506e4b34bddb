package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertIdle;
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
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.Disposables;

/** The cost of keeping replicas in sync, in messages and bytes. */
@Timeout(600)
class UpdateTrafficIntegrationTests {

    private static final Contract SET = GrowOnlySet.named("traffic");

    private final Disposable.Composite subscriptions = Disposables.composite();
    private final List<Throwable> failures = new ArrayList<>();

    @Test
    void updateCostsAboutOneMessagePerHost() {
        int nodes = size(30, 80);
        SimulatedNetwork network = joined(ring(51, 2, nodes - 2, 6, 12), 6);
        put(network, set(1, 20));
        IntStream.range(0, nodes).forEach(node -> subscribe(network, node));
        network.time().advance(Duration.ofMinutes(12));
        Map<String, MessageCount> before = network.messages();

        int updates = 10;
        for (int i = 0; i < updates; i++) {
            update(network, i, set(100 + i, 20));
            network.time().advance(Duration.ofSeconds(5));
        }

        MessageCount changed = since(network, before, "Update.Changed");
        System.out.printf(
                "%d hosts, %d successive updates: %d notices, %d bytes%n",
                nodes, updates, changed.messages(), changed.bytes());
        assertThat(replicas(network, SET))
                .hasSize(nodes)
                .allSatisfy(state -> assertThat(GrowOnlySet.elements(state)).hasSize(1 + updates));
        assertThat(changed.messages()).isLessThanOrEqualTo((long) updates * (nodes + 5));
        // A renewal that crosses an update finds a difference that is resolved by then.
        assertThat(since(network, before, "Update.Reconcile").messages()).isLessThanOrEqualTo(updates);
        end(network);
    }

    @Test
    void replicaThatMissedUpdateIsRepairedByOneExchange() {
        SimulatedNetwork network = joined(ring(52, 1, 1, 1, 5), 1);
        put(network, set(1, 20));
        subscribe(network, 0);
        subscribe(network, 1);
        network.time().advance(Duration.ofMinutes(1));
        network.conditions(NetworkConditions.good().withDrop(1, Update.Changed.class::isInstance));
        update(network, 0, set(100, 20));
        network.conditions(NetworkConditions.good());
        Map<String, MessageCount> before = network.messages();

        network.time().advance(Duration.ofMinutes(6));

        assertThat(replicas(network, SET))
                .hasSize(2)
                .allSatisfy(state -> assertThat(GrowOnlySet.elements(state)).hasSize(2));
        assertThat(since(network, before, "Update.Reconcile").messages()).isEqualTo(1);
        assertThat(since(network, before, "Update.Difference").messages()).isEqualTo(1);
        assertThat(since(network, before, "Update.Changed").messages()).isLessThanOrEqualTo(1);
        end(network);
    }

    @Test
    void idleSubscriptionCostsOneRenewalPerInterval() {
        SimulatedNetwork network = joined(ring(53, 1, 19, 5, 10), 5);
        put(network, set(1, 20));
        network.time().advance(Duration.ofMinutes(15));
        subscribe(network, 7);
        network.time().advance(Duration.ofMinutes(20));
        Map<String, MessageCount> before = network.messages();

        network.time().advance(Duration.ofMinutes(40));

        long offers = since(network, before, "Hosting.Offer").messages();
        // The root also maintains two replicas; a chain of hosts has one renewal for each of its links.
        System.out.printf("one idle subscription among 20 nodes, 40 minutes: %d offers%n", offers);
        assertThat(offers).isBetween(2 * 14L, (2 + 3) * 28L);
        for (String kind : List.of("Update.Changed", "Update.Reconcile", "Put.Request", "Get.Request")) {
            assertThat(since(network, before, kind).messages()).as(kind).isZero();
        }
        end(network);
    }

    @Test
    void smallUpdateOfLargeStateIsSentAsDelta() {
        SimulatedNetwork network = joined(ring(54, 1, 9, 5, 10), 5);
        State large = set(0, 10_000, 101);
        put(network, large);
        IntStream.range(0, 10).forEach(node -> subscribe(network, node));
        network.time().advance(Duration.ofMinutes(1));
        Map<String, MessageCount> before = network.messages();

        update(network, 3, set(0, 10_001, 101));
        network.time().advance(Duration.ofSeconds(10));

        MessageCount changed = since(network, before, "Update.Changed");
        System.out.printf(
                "an update of 100 bytes to a state of %d bytes: %d notices of %d bytes each%n",
                large.size(), changed.messages(), changed.bytes() / changed.messages());
        assertThat(replicas(network, SET))
                .hasSize(10)
                .allSatisfy(state -> assertThat(state.size()).isEqualTo(large.size() + 105));
        assertThat(changed.bytes() / changed.messages()).isLessThan(3 << 10);
        assertThat(since(network, before, "Update.Difference").bytes()).isZero();
        end(network);
    }

    @Test
    void replicasWithoutSubscribersReceiveNoUpdatesAfterTheirLease() {
        SimulatedNetwork network = joined(ring(55, 1, 19, 5, 10), 5);
        put(network, set(1, 20));
        int root = root(network);
        for (int reader = 0; reader < 20; reader++) {
            network.time().run(network.client(reader).get(SET.id()));
        }
        int subscriberNode = farthest(network);
        Disposable subscription = subscribe(network, subscriberNode);
        // In a chain of unused hosts the leases expire one after the other, each after the one behind it.
        network.time().advance(Duration.ofMinutes(45));

        long with = notices(network, root, 100);
        subscription.dispose();
        network.time().advance(Duration.ofSeconds(10));
        long without = notices(network, root, 101);

        System.out.printf("notices of an update with one subscriber %d, without %d%n", with, without);
        assertThat(with).isBetween(3L, 8L);
        assertThat(without).isLessThan(with).isLessThanOrEqualTo(3);
        end(network);
    }

    /** The number of notices of an update by a client of the root. */
    private static long notices(SimulatedNetwork network, int root, int element) {
        Map<String, MessageCount> before = network.messages();
        update(network, root, set(element, 20));
        network.time().advance(Duration.ofSeconds(10));
        return since(network, before, "Update.Changed").messages();
    }

    private static int root(SimulatedNetwork network) {
        return byDistance(network).get(0);
    }

    private static int farthest(SimulatedNetwork network) {
        return byDistance(network).get(network.size() - 1);
    }

    private static List<Integer> byDistance(SimulatedNetwork network) {
        RingLocation target = SET.key().location();
        return IntStream.range(0, network.size())
                .boxed()
                .sorted(Comparator.comparingDouble(
                        node -> network.id(node).location().distanceTo(target)))
                .toList();
    }

    private static MessageCount since(SimulatedNetwork network, Map<String, MessageCount> before, String kind) {
        return network.messages()
                .getOrDefault(kind, MessageCount.NONE)
                .minus(before.getOrDefault(kind, MessageCount.NONE));
    }

    private static State set(int number, int bytes) {
        return set(number, 1, bytes);
    }

    /** A set of consecutive elements of this size. */
    private static State set(int first, int count, int bytes) {
        return GrowOnlySet.state(IntStream.range(first, first + count)
                .mapToObj(i -> Bytes.wrap(ByteBuffer.allocate(bytes).putInt(i).array()))
                .toList());
    }

    private static void put(SimulatedNetwork network, State state) {
        network.time().run(network.client(0).put(SET, state));
    }

    private static void update(SimulatedNetwork network, int node, State state) {
        network.time().run(network.client(node).update(SET.id(), new StateChange.Full(state)));
    }

    private Disposable subscribe(SimulatedNetwork network, int node) {
        Disposable subscription = network.client(node).subscribe(SET.id()).subscribe(update -> {}, failures::add);
        subscriptions.add(subscription);
        return subscription;
    }

    private void end(SimulatedNetwork network) {
        assertThat(failures).isEmpty();
        subscriptions.dispose();
        assertIdle(network);
    }
}
