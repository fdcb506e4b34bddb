package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** A node stands still for ten seconds while a neighbour sends it the changes of many busy contracts. */
class StalledNeighbourScenarioIntegrationTests {

    private static final List<Contract> BUSY = IntStream.range(0, 25)
            .mapToObj(i -> LastWriterWins.named("busy " + i))
            .toList();

    private static final Duration INTERVAL = Duration.ofMillis(20);

    private int version;

    @Test
    void updatesThatArriveAtOnceAfterAStallDoNotEndTheLink() {
        SimulatedNetwork network =
                SimulatedNetwork.builder(61).gateways(1).nodes(1).start();
        Scenarios.awaitNeighbours(network, 1, Duration.ofMinutes(1));
        BUSY.forEach(contract -> network.time().run(network.client(0).put(contract, Scenarios.HELLO)));
        for (Contract contract : BUSY) {
            network.client(0).subscribe(contract.id()).subscribe(update -> {}, failure -> {});
            network.client(1).subscribe(contract.id()).subscribe(update -> {}, failure -> {});
        }
        network.time().advance(Duration.ofSeconds(30));
        List<NodeEvent> losses = new ArrayList<>();
        for (int node = 0; node < 2; node++) {
            network.client(node)
                    .events()
                    .filter(NodeEvent.PeerRemoved.class::isInstance)
                    .subscribe(losses::add);
        }

        update(network, Duration.ofSeconds(2));
        Disposable stall = network.hang(1);
        update(network, Duration.ofSeconds(10));
        stall.dispose();
        update(network, Duration.ofSeconds(2));
        network.time().advance(Duration.ofMinutes(3));

        assertThat(losses).isEmpty();
        assertThat(Scenarios.diverged(network, BUSY)).isEmpty();
    }

    /** Changes each contract 50 times a second. */
    private void update(SimulatedNetwork network, Duration length) {
        for (long elapsed = 0; elapsed < length.toMillis(); elapsed += INTERVAL.toMillis()) {
            version++;
            for (Contract contract : BUSY) {
                StateChange change = new StateChange.Full(LastWriterWins.state(1 + version, new byte[] {1}));
                network.client(0).update(contract.id(), change).subscribe(receipt -> {}, failure -> {});
            }
            network.time().advance(INTERVAL);
        }
    }
}
