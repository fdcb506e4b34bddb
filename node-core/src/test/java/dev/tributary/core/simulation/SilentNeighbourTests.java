package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A node hangs, and its system keeps the connections alive: its neighbours must not rely on it for long. */
class SilentNeighbourTests {

    private static final int NODES = 8;
    private static final Contract ROOM = GrowOnlySet.named("room");

    private final SimulatedNetwork network = joined();

    /** The nodes, the nearest to the room first. */
    private final List<Integer> byDistance = IntStream.range(0, NODES)
            .boxed()
            .sorted(Comparator.comparingDouble(
                    node -> network.id(node).location().distanceTo(ROOM.key().location())))
            .toList();

    @Test
    void silentUpstreamIsReplacedWithinTwoMinutesOfTheFirstRequestThatItLeavesUnanswered() {
        int writer = byDistance.get(NODES - 1);
        int reader = byDistance.get(NODES - 2);
        put(writer);
        List<State> shown = subscribe(reader);
        subscribe(writer);
        network.time().advance(Duration.ofMinutes(5));

        network.hang(byDistance.get(0));

        // The comparison of an interval is the first request that is certain to be sent to it.
        network.time().advance(Duration.ofSeconds(150));
        network.time().advance(Duration.ofMinutes(2));
        add(writer, "after");
        boolean isShown = network.time().runUntil(() -> contains(shown, "after"), Duration.ofSeconds(5));
        assertThat(isShown).isTrue();
    }

    @Test
    void silentReplicaIsReplacedWithinTwoMinutesOfTheFirstRequestThatItLeavesUnanswered() {
        put(byDistance.get(NODES - 1));
        network.time().advance(Duration.ofMinutes(5));
        int replica = byDistance.get(1);
        assertThat(network.storedContract(replica, ROOM.id())).isPresent();

        network.hang(replica);
        network.time().advance(Duration.ofSeconds(150));
        network.time().advance(Duration.ofMinutes(2));

        assertThat(byDistance.subList(0, 4).stream()
                        .filter(node -> node != replica
                                && network.storedContract(node, ROOM.id()).isPresent()))
                .as("live replicas at the root and the nearest to it")
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void linkToASilentNeighbourIsClosedAfterTenMinutes() {
        put(byDistance.get(NODES - 1));
        byDistance.forEach(this::subscribe);
        network.time().advance(Duration.ofMinutes(5));
        int silent = byDistance.get(0);

        network.hang(silent);
        network.time().advance(Duration.ofMinutes(20));

        assertThat(IntStream.range(0, NODES).filter(node -> node != silent).boxed())
                .allSatisfy(node -> assertThat(network.client(node).status().neighbours())
                        .noneMatch(neighbour -> neighbour.peer().equals(network.id(silent))));
    }

    private void put(int node) {
        network.time().run(network.client(node).put(ROOM, state("first")));
    }

    private void add(int node, String element) {
        network.time().run(network.client(node).update(ROOM.id(), new StateChange.Full(state(element))));
    }

    private List<State> subscribe(int node) {
        List<State> shown = new ArrayList<>();
        network.client(node).subscribe(ROOM.id()).subscribe(update -> shown.add(update.state()));
        return shown;
    }

    private static boolean contains(List<State> shown, String element) {
        return shown.stream().anyMatch(state -> GrowOnlySet.elements(state).contains(Bytes.utf8(element)));
    }

    private static State state(String element) {
        return GrowOnlySet.state(List.of(Bytes.utf8(element)));
    }

    private static SimulatedNetwork joined() {
        SimulatedNetwork network = SimulatedNetwork.builder(31)
                .gateways(1)
                .nodes(NODES - 1)
                .fullMesh()
                .start();
        Scenarios.awaitNeighbours(network, NODES - 1, Duration.ofMinutes(2));
        return network;
    }
}
