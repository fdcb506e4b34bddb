package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.JavaContract;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.test.ArrivalOrderedSet;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** A room whose replicas have the same elements and different bytes, since two clients wrote to it at once. */
class QuietRoomTests {

    private static final int NODES = 6;
    private static final Contract ROOM = ArrivalOrderedSet.named("room");

    private final SimulatedNetwork network = joined();
    private final List<List<State>> shown = new ArrayList<>();

    @ParameterizedTest(name = "{0} elements of 64 bytes")
    @ValueSource(ints = {4, 40})
    void updateAfterHalfAnHourOfSilenceIsShownEverywhereWithinSeconds(int elements) {
        writeAtOnce(elements);
        assertThat(replicas()).as("replicas that differ in their bytes").hasSizeGreaterThan(1);
        network.time().advance(Duration.ofMinutes(30));

        network.time().run(add(0, "first"));
        assertThat(shownWithin("first", Duration.ofSeconds(5))).isTrue();
        network.time().run(add(NODES - 1, "second"));
        assertThat(shownWithin("second", Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void comparisonsOfReplicasThatAreEqualButForTheBytesBackOff() {
        writeAtOnce(40);
        network.time().advance(Duration.ofMinutes(10));
        long before = reconciliations();

        network.time().advance(Duration.ofHours(1));

        assertThat(reconciliations() - before)
                .as("reconciliations in an hour of silence")
                .isLessThan(20);
        assertThat(diverged()).isZero();
    }

    /** Two clients at opposite ends add an element at the same moment, so that neither order is the right one. */
    private void writeAtOnce(int elements) {
        String[] first =
                IntStream.range(0, elements).mapToObj(i -> line("element " + i)).toArray(String[]::new);
        network.time().run(network.client(0).put(ROOM, ArrivalOrderedSet.state(first)));
        IntStream.range(0, NODES).forEach(this::subscribe);
        network.time().advance(Duration.ofSeconds(30));
        network.time().run(Mono.when(add(0, "one"), add(NODES - 1, "other")).thenReturn(true));
        assertThat(shownWithin("one", Duration.ofSeconds(10)) && shownWithin("other", Duration.ofSeconds(10)))
                .isTrue();
    }

    private void subscribe(int node) {
        List<State> states = new ArrayList<>();
        shown.add(states);
        network.client(node).subscribe(ROOM.id()).subscribe(update -> states.add(update.state()));
    }

    private Mono<?> add(int node, String element) {
        return Mono.defer(() ->
                network.client(node).update(ROOM.id(), new StateChange.Full(ArrivalOrderedSet.state(line(element)))));
    }

    private boolean shownWithin(String element, Duration limit) {
        return network.time()
                .runUntil(
                        () -> shown.stream()
                                .allMatch(states -> !states.isEmpty()
                                        && ArrivalOrderedSet.elements(states.get(states.size() - 1))
                                                .contains(line(element))),
                        limit);
    }

    private List<State> replicas() {
        return Scenarios.replicas(network, ROOM).stream().distinct().toList();
    }

    private long reconciliations() {
        return network.messages()
                .getOrDefault("Update.Reconcile", MessageCount.NONE)
                .messages();
    }

    private long diverged() {
        return network.up().stream()
                .filter(node -> network.client(node)
                                .status()
                                .contracts()
                                .hosting()
                                .copies()
                                .diverged()
                        > 0)
                .count();
    }

    private static String line(String element) {
        return element + ".".repeat(64 - element.length());
    }

    private static SimulatedNetwork joined() {
        JavaContract room = ArrivalOrderedSet.CONTRACT;
        SimulatedNetwork network = SimulatedNetwork.builder(5)
                .gateways(1)
                .nodes(NODES - 1)
                .node(builder -> builder.runtime(JavaContractRuntime.of(room)))
                .start();
        Scenarios.awaitNeighbours(network, 2, Duration.ofMinutes(2));
        return network;
    }
}
