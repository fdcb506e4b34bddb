package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertIdle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** A grow-only set on a simulated network, with its subscribers. */
final class SharedSet {

    private final SimulatedNetwork network;
    private final Contract contract;
    private final List<SetSubscriber> subscribers = new ArrayList<>();

    SharedSet(SimulatedNetwork network, String name) {
        this.network = network;
        this.contract = GrowOnlySet.named(name);
    }

    Contract contract() {
        return contract;
    }

    void put(int node, String... elements) {
        network.time().run(putLater(node, elements));
    }

    /** A PUT that starts on subscription. */
    Mono<?> putLater(int node, String... elements) {
        return Mono.defer(() -> network.client(node).put(contract, state(elements)));
    }

    void add(int node, String element) {
        network.time().run(addLater(node, element));
    }

    /** An UPDATE that starts on subscription. */
    Mono<?> addLater(int node, String element) {
        return Mono.defer(() -> network.client(node).update(contract.id(), new StateChange.Full(state(element))));
    }

    SetSubscriber subscribe(int node) {
        SetSubscriber subscriber = new SetSubscriber(node);
        subscribers.add(subscriber);
        return subscriber;
    }

    /** Advances time until every subscriber has received at least this number of elements. */
    void awaitElements(int elements, Duration limit) {
        boolean received =
                network.time().runUntil(() -> subscribers.stream().allMatch(each -> each.size() >= elements), limit);
        assertThat(received)
                .as("all subscribers receive %d elements within %s; received by each: %s", elements, limit, sizes())
                .isTrue();
    }

    List<Integer> sizes() {
        return subscribers.stream().map(SetSubscriber::size).toList();
    }

    /** Asserts that all subscribers and their nodes have the same state, unsubscribes, and awaits idle nodes. */
    void assertConvergedAndIdle() {
        assertConvergedAndUnsubscribe();
        assertIdle(network);
    }

    /** Does the same as {@link #assertConvergedAndIdle}, without awaiting idle nodes. */
    void assertConvergedAndUnsubscribe() {
        assertThat(subscribers).allSatisfy(each -> {
            assertThat(each.failures).isEmpty();
            assertThat(each.latest).isEqualTo(subscribers.get(0).latest);
            assertThat(network.storedContract(each.node, contract.id()))
                    .hasValueSatisfying(held -> assertThat(held.state()).isEqualTo(each.latest));
        });
        subscribers.forEach(each -> each.subscription.dispose());
    }

    /** The replicas on the running nodes. */
    List<State> replicas() {
        return Scenarios.replicas(network, contract);
    }

    private static State state(String... elements) {
        return GrowOnlySet.state(Arrays.stream(elements).map(Bytes::utf8).toList());
    }

    /** A subscriber of the set at one node. */
    final class SetSubscriber {

        private final int node;
        private final List<Throwable> failures = new ArrayList<>();
        private final Disposable subscription;
        private State latest = state();

        private SetSubscriber(int node) {
            this.node = node;
            this.subscription = network.client(node)
                    .subscribe(contract.id())
                    .subscribe(update -> latest = update.state(), failures::add);
        }

        int size() {
            return GrowOnlySet.elements(latest).size();
        }
    }
}
