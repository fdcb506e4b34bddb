package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.test.PrefixLog;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** A partition leaves two neighbours with contracts whose states exclude each other, and both sides go on writing. */
class ForkedContractsTests {

    private static final List<Contract> FORKED =
            IntStream.range(0, 16).mapToObj(i -> PrefixLog.named("log " + i)).toList();
    private static final Contract HEALTHY = GrowOnlySet.named("healthy");

    private final SimulatedNetwork network = joined();
    private final List<NodeEvent> losses = new ArrayList<>();

    @Test
    void forkedContractsCostNeitherTheLinkNorOtherContracts() {
        fork();
        for (int node = 0; node < 2; node++) {
            network.client(node)
                    .events()
                    .filter(NodeEvent.PeerRemoved.class::isInstance)
                    .subscribe(losses::add);
        }

        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < FORKED.size(); i++) {
                append(0, i);
                append(1, i);
            }
            String element = "round " + round;
            network.time().run(network.client(round % 2).update(HEALTHY.id(), new StateChange.Full(set(element))));
            boolean arrived = network.time()
                    .runUntil(
                            () -> Scenarios.replicas(network, HEALTHY).stream()
                                    .allMatch(
                                            state -> GrowOnlySet.elements(state).contains(Bytes.utf8(element))),
                            Duration.ofSeconds(2));
            assertThat(arrived).as(element).isTrue();
            network.time().advance(Duration.ofSeconds(20));
        }

        assertThat(losses).isEmpty();
        assertThat(FORKED)
                .allSatisfy(log -> assertThat(
                                Scenarios.replicas(network, log).stream().distinct())
                        .hasSize(2));
    }

    private void fork() {
        FORKED.forEach(log -> network.time().run(network.client(0).put(log, State.utf8("begin;"))));
        network.time().run(network.client(0).put(HEALTHY, set("begin")));
        network.time().advance(Duration.ofSeconds(30));
        for (int node = 0; node < 2; node++) {
            for (Contract log : FORKED) {
                network.client(node).subscribe(log.id()).subscribe(update -> {}, failure -> {});
            }
            network.client(node).subscribe(HEALTHY.id()).subscribe(update -> {}, failure -> {});
        }
        network.time().advance(Duration.ofSeconds(30));
        Disposable partition = network.partition(List.of(1));
        network.time().advance(Duration.ofSeconds(90));
        for (int i = 0; i < FORKED.size(); i++) {
            append(0, i);
            append(1, i);
        }
        partition.dispose();
        Scenarios.awaitNeighbours(network, 1, Duration.ofMinutes(5));
        network.time().advance(Duration.ofMinutes(1));
    }

    private void append(int node, int log) {
        Contract contract = FORKED.get(log);
        String before = network.storedContract(node, contract.id())
                .orElseThrow()
                .state()
                .bytes()
                .toUtf8();
        State after = State.utf8(before + "node " + node + ";");
        network.time().run(network.client(node).update(contract.id(), new StateChange.Full(after)));
    }

    private static State set(String element) {
        return GrowOnlySet.state(List.of(Bytes.utf8(element)));
    }

    private static SimulatedNetwork joined() {
        SimulatedNetwork network = SimulatedNetwork.builder(17)
                .gateways(1)
                .nodes(1)
                .node(builder -> builder.runtime(JavaContractRuntime.of(PrefixLog.CONTRACT)))
                .start();
        Scenarios.awaitNeighbours(network, 1, Duration.ofMinutes(1));
        return network;
    }
}
