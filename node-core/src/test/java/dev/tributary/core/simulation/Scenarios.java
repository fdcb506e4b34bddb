package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.simulation.report.SimulationReport;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** Helpers of the scenario tests: networks that join through their gateways, and queries and assertions on them. */
final class Scenarios {

    static final State HELLO = LastWriterWins.state(1, "hello".getBytes(StandardCharsets.UTF_8));

    /** Whether scenarios run in full size, or reduced so that each takes seconds. */
    private static final boolean FULL = Boolean.getBoolean("tributary.simulation.full");

    private Scenarios() {}

    /** The first size in a normal build, the second in full size. */
    static int size(int normal, int full) {
        return FULL ? full : normal;
    }

    /** A network of nodes with these limits of neighbours. */
    static SimulatedNetworkBuilder ring(long seed, int gateways, int others, int least, int most) {
        NodeConfig config = SimulatedNetworkBuilder.config();
        NodeConfig small = config.withRing(config.ring().withNeighbours(least, most));
        return SimulatedNetwork.builder(seed).gateways(gateways).nodes(others).node(builder -> builder.config(small));
    }

    /** Starts the network and advances time until its nodes have found their neighbours. */
    static SimulatedNetwork joined(SimulatedNetworkBuilder builder, int least) {
        SimulatedNetwork network = builder.start();
        awaitNeighbours(network, least, Duration.ofMinutes(3));
        return network;
    }

    /** Advances time until every running node has this number of neighbours, or all other nodes as neighbours. */
    static void awaitNeighbours(SimulatedNetwork network, int least, Duration limit) {
        boolean enough = network.time()
                .runUntil(
                        () -> {
                            int others = network.up().size() - 1;
                            return shareWithNeighbours(network, Math.min(least, others)) == 1;
                        },
                        limit);
        assertThat(enough)
                .as(() -> "neighbours after " + limit + ": " + new NetworkSnapshot(network).neighbours())
                .isTrue();
    }

    /** The fraction of running nodes with at least this number of neighbours. */
    static double shareWithNeighbours(SimulatedNetwork network, int least) {
        List<Integer> up = network.up();
        return (double) up.stream()
                        .filter(node -> neighbours(network, node) >= least)
                        .count()
                / up.size();
    }

    static int neighbours(SimulatedNetwork network, int node) {
        return network.client(node).status().neighbours().size();
    }

    static int medianNeighbours(SimulatedNetwork network) {
        return new NetworkSnapshot(network).neighbours().median();
    }

    /** PUTs a contract of this name through this node. */
    static Contract put(SimulatedNetwork network, int node, String name) {
        Contract contract = LastWriterWins.named(name);
        network.time().run(network.client(node).put(contract, HELLO));
        return contract;
    }

    /** The results of simultaneous GETs through all running nodes; the exception's message for a failed one. */
    static List<String> getEverywhere(SimulatedNetwork network, Contract contract) {
        List<String> results = new ArrayList<>();
        List<Integer> up = network.up();
        for (int node : up) {
            network.client(node)
                    .get(contract.id())
                    .map(result -> result instanceof GetResult.Found ? "found" : "not found")
                    .onErrorResume(NodeException.class, error -> Mono.just(String.valueOf(error.getMessage())))
                    .subscribe(results::add, unexpected -> results.add(unexpected.toString()));
        }
        network.time().runUntil(() -> results.size() == up.size(), Duration.ofMinutes(2));
        assertThat(results).as("every GET has an outcome").hasSameSizeAs(up);
        return results;
    }

    static void assertFoundEverywhere(SimulatedNetwork network, List<Contract> contracts) {
        for (Contract contract : contracts) {
            assertThat(getEverywhere(network, contract)).containsOnly("found");
        }
    }

    /** The replicas of a contract on the running nodes. */
    static List<State> replicas(SimulatedNetwork network, Contract contract) {
        return network.up().stream()
                .flatMap(node -> network.storedContract(node, contract.id()).stream())
                .map(StoredContract::state)
                .toList();
    }

    /** The contracts whose replicas on running nodes differ. */
    static List<Contract> diverged(SimulatedNetwork network, List<Contract> contracts) {
        return contracts.stream()
                .filter(contract ->
                        replicas(network, contract).stream().distinct().count() > 1)
                .toList();
    }

    /** Asserts that every operation has an outcome and that all tables are empty. */
    static void assertCompleteAndIdle(SimulationReport report) {
        assertThat(report.outcomes().noOutcome()).isZero();
        assertThat(report.leftovers().neverIdle())
                .as("%s", report.leftovers().tables())
                .isZero();
    }

    static void assertIdle(SimulatedNetwork network) {
        assertThat(network.awaitIdle(Duration.ofMinutes(2))).isEmpty();
    }
}
