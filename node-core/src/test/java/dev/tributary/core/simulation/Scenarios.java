package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** What scenarios have in common: networks that join through their gateways, and questions about them. */
final class Scenarios {

    static final State HELLO = LastWriterWins.state(1, "hello".getBytes(StandardCharsets.UTF_8));

    /** Whether scenarios run at the size at which they are known, or cut so that each takes seconds. */
    private static final boolean FULL = Boolean.getBoolean("tributary.simulation.full");

    private Scenarios() {}

    /** The one for a normal build, the other when everything is asked for. */
    static int size(int normal, int full) {
        return FULL ? full : normal;
    }

    /** A network of nodes that want at least and at most so many neighbours. */
    static SimulationSpec ring(long seed, int gateways, int others, int least, int most) {
        NodeConfig config = SimulationSpec.config();
        NodeConfig small = config.withRing(config.ring().withNeighbours(least, most));
        return SimulatedNetwork.create(seed).gateways(gateways).nodes(others).node(spec -> spec.config(small));
    }

    /** Starts it and lets its nodes find their neighbours. */
    static SimulatedNetwork joined(SimulationSpec spec, int least) {
        SimulatedNetwork network = spec.start();
        awaitNeighbours(network, least, Duration.ofMinutes(3));
        return network;
    }

    /** Moves time on until every node that is up has so many neighbours, or as many as there are others. */
    static void awaitNeighbours(SimulatedNetwork network, int least, Duration limit) {
        boolean enough = network.time()
                .runUntil(
                        () -> {
                            int others = network.up().size() - 1;
                            return atLeast(network, Math.min(least, others)) == 1;
                        },
                        limit);
        assertThat(enough)
                .as(() -> "after " + limit + " neighbours were " + new Census(network).neighbours())
                .isTrue();
    }

    /** Which fraction of the nodes that are up has at least so many neighbours. */
    static double atLeast(SimulatedNetwork network, int least) {
        List<Integer> up = network.up();
        return (double) up.stream()
                        .filter(node -> neighbours(network, node) >= least)
                        .count()
                / up.size();
    }

    static int neighbours(SimulatedNetwork network, int node) {
        return network.client(node).status().neighbours().size();
    }

    static int median(SimulatedNetwork network) {
        return new Census(network).neighbours().median();
    }

    /** Stores a contract of this name through this node. */
    static Contract put(SimulatedNetwork network, int node, String name) {
        Contract contract = LastWriterWins.named(name);
        network.time().run(network.client(node).put(contract, HELLO));
        return contract;
    }

    /** What every node that is up gets when all ask at the same time; a failure is its message. */
    static List<String> getEverywhere(SimulatedNetwork network, Contract contract) {
        List<String> answers = new ArrayList<>();
        List<Integer> up = network.up();
        for (int node : up) {
            network.client(node)
                    .get(contract.id())
                    .map(result -> result instanceof GetResult.Found ? "found" : "not found")
                    .onErrorResume(NodeException.class, error -> Mono.just(String.valueOf(error.getMessage())))
                    .subscribe(answers::add, bug -> answers.add(bug.toString()));
        }
        network.time().runUntil(() -> answers.size() == up.size(), Duration.ofMinutes(2));
        assertThat(answers).as("every GET has an outcome").hasSameSizeAs(up);
        return answers;
    }

    static void assertFoundEverywhere(SimulatedNetwork network, List<Contract> contracts) {
        for (Contract contract : contracts) {
            assertThat(getEverywhere(network, contract)).containsOnly("found");
        }
    }

    /** What the nodes that are up hold of a contract, each its own. */
    static List<State> copies(SimulatedNetwork network, Contract contract) {
        return network.up().stream()
                .flatMap(node -> network.held(node, contract.id()).stream())
                .map(StoredContract::state)
                .toList();
    }

    /** Of these the contracts of which two nodes that are up hold different states. */
    static List<Contract> diverged(SimulatedNetwork network, List<Contract> contracts) {
        return contracts.stream()
                .filter(contract ->
                        copies(network, contract).stream().distinct().count() > 1)
                .toList();
    }

    /** Nothing is without outcome, and nothing of any operation is left in a table. */
    static void assertNothingIsLeft(SimulationReport report) {
        assertThat(report.outcomes().noOutcome()).isZero();
        assertThat(report.restless()).as("%s", report.tables()).isZero();
    }

    static void assertQuiet(SimulatedNetwork network) {
        assertThat(network.settle(Duration.ofMinutes(2))).isEmpty();
    }
}
