package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTests {

    private static final Contract NOTE = LastWriterWins.named("note");
    private static final State HELLO =
            LastWriterWins.state(1, "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));

    @Test
    void whatOneNodePutsAnotherGets() {
        SimulatedNetwork network = linked(10);

        PutReceipt receipt = network.time().run(network.client(3).put(NOTE, HELLO));
        GetResult found = network.time().run(network.client(7).get(NOTE.id()));

        assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_AT_ROOT);
        assertThat(found.state()).contains(HELLO);
        assertThat(network.time().elapsed()).isGreaterThan(Duration.ofMillis(40));
    }

    @Test
    void oneSeedGivesTheSameRunEachTime() {
        String first = report(7);

        assertThat(report(7)).isEqualTo(first);
        assertThat(report(7)).isEqualTo(first);
        assertThat(report(8)).isNotEqualTo(first);
        System.err.println(first);
    }

    private static String report(long seed) {
        return SimulatedNetwork.create(seed)
                .conditions(NetworkConditions.good().withLoss(0.05))
                .nodes(19)
                .everybodyLinked()
                .start()
                .run(Workload.of(400).withRewriteShare(0.3))
                .toJson();
    }

    private static SimulatedNetwork linked(int nodes) {
        SimulatedNetwork network =
                SimulatedNetwork.create(1).nodes(nodes - 1).everybodyLinked().start();
        boolean linked = network.time()
                .runUntil(
                        () -> network.up().stream()
                                .allMatch(node -> network.client(node)
                                                .status()
                                                .neighbours()
                                                .size()
                                        == nodes - 1),
                        Duration.ofSeconds(30));
        assertThat(linked).isTrue();
        return network;
    }
}
