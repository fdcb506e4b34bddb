package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertQuiet;
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

/** A set that grows on a simulated network, and those who watch it do so. */
final class LivingSet {

    private final SimulatedNetwork network;
    private final Contract contract;
    private final List<Watcher> watchers = new ArrayList<>();

    LivingSet(SimulatedNetwork network, String name) {
        this.network = network;
        this.contract = GrowOnlySet.named(name);
    }

    Contract contract() {
        return contract;
    }

    void put(int node, String... elements) {
        network.time().run(putting(node, elements));
    }

    /** A PUT that is made when it is subscribed to. */
    Mono<?> putting(int node, String... elements) {
        return Mono.defer(() -> network.client(node).put(contract, state(elements)));
    }

    void add(int node, String element) {
        network.time().run(adding(node, element));
    }

    /** An UPDATE that is made when it is subscribed to. */
    Mono<?> adding(int node, String element) {
        return Mono.defer(() -> network.client(node).update(contract.id(), new StateChange.Full(state(element))));
    }

    Watcher watch(int node) {
        Watcher watcher = new Watcher(node);
        watchers.add(watcher);
        return watcher;
    }

    /** Moves time on until everybody sees so many elements. */
    void awaitSeen(int elements, Duration limit) {
        boolean seen =
                network.time().runUntil(() -> watchers.stream().allMatch(each -> each.size() >= elements), limit);
        assertThat(seen)
                .as("%d elements seen within %s by all; by each: %s", elements, limit, sizes())
                .isTrue();
    }

    List<Integer> sizes() {
        return watchers.stream().map(Watcher::size).toList();
    }

    /** All watchers and their nodes have the same, nobody was told of an error, and when they go nothing is left. */
    void end() {
        leave();
        assertQuiet(network);
    }

    /** As {@link #end}, but for what others may have left. */
    void leave() {
        assertThat(watchers).allSatisfy(each -> {
            assertThat(each.failures).isEmpty();
            assertThat(each.latest).isEqualTo(watchers.get(0).latest);
            assertThat(network.held(each.node, contract.id()))
                    .hasValueSatisfying(held -> assertThat(held.state()).isEqualTo(each.latest));
        });
        watchers.forEach(each -> each.subscription.dispose());
    }

    /** What the nodes hold, each its own. */
    List<State> copies() {
        return Scenarios.copies(network, contract);
    }

    private static State state(String... elements) {
        return GrowOnlySet.state(Arrays.stream(elements).map(Bytes::utf8).toList());
    }

    /** Somebody who listens to the set through a node. */
    final class Watcher {

        private final int node;
        private final List<Throwable> failures = new ArrayList<>();
        private final Disposable subscription;
        private State latest = state();

        private Watcher(int node) {
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
