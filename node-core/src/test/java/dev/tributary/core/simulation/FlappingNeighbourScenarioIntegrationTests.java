package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node in a crash loop, up for 60 s and away for 10 s, costs its neighbours little, and they can do without it. */
class FlappingNeighbourScenarioIntegrationTests {

    private static final int NODES = Scenarios.size(20, 40);
    private static final int CONTRACTS = Scenarios.size(200, 2000);
    private static final int CYCLES = Scenarios.size(8, 25);
    private static final int FLAPPING = 7;

    @Test
    void nodeInACrashLoopCostsItsNeighboursLittle() {
        SimulatedNetwork network = Scenarios.joined(Scenarios.ring(83, 1, NODES - 1, 5, 12), 5);
        List<Contract> contracts = new ArrayList<>();
        for (int i = 0; i < CONTRACTS; i++) {
            contracts.add(Scenarios.put(network, i % NODES, "contract " + i));
        }
        network.time().advance(Duration.ofMinutes(10));
        long before = bytes(network);
        long messagesBefore = messages(network);
        network.time().advance(Duration.ofSeconds(70L * CYCLES));
        long quiet = bytes(network) - before;
        long quietMessages = messages(network) - messagesBefore;

        Contract near = contracts.stream()
                .min(Comparator.comparingDouble(contract -> contract.key()
                        .location()
                        .distanceTo(network.id(FLAPPING).location())))
                .orElseThrow();
        before = bytes(network);
        messagesBefore = messages(network);
        int found = 0;
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            network.crash(FLAPPING);
            network.time().advance(Duration.ofSeconds(10));
            network.restart(FLAPPING);
            network.time().advance(Duration.ofSeconds(50));
            GetResult result =
                    network.time().run(network.client((FLAPPING + 3) % NODES).get(near.id()));
            found += result instanceof GetResult.Found ? 1 : 0;
            network.time().advance(Duration.ofSeconds(10));
        }
        long flapping = bytes(network) - before;
        long flappingMessages = messages(network) - messagesBefore;

        System.out.printf(
                "nodes=%d contracts=%d cycles=%d quiet bytes=%d messages=%d flapping bytes=%d messages=%d found=%d%n",
                NODES, CONTRACTS, CYCLES, quiet, quietMessages, flapping, flappingMessages, found);
        assertThat(found).isEqualTo(CYCLES);
        assertThat(flapping).isLessThan(5 * quiet);
    }

    private static long bytes(SimulatedNetwork network) {
        return network.messages().values().stream()
                .mapToLong(MessageCount::bytes)
                .sum();
    }

    private static long messages(SimulatedNetwork network) {
        return network.messages().values().stream()
                .mapToLong(MessageCount::messages)
                .sum();
    }
}
