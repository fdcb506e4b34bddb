package dev.tributary.core.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.simulation.report.MessageCount;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What a node that joins is brought, whether it can work meanwhile, and whether it finds a place among full nodes. */
class NewcomerScenarioIntegrationTests {

    private static final int NODES = Scenarios.size(12, 30);
    private static final int CONTRACTS = Scenarios.size(400, 5000);
    private static final int STATE_BYTES = 64 << 10;

    /** 10 Mbit/s. */
    private static final long UPLINK = 1_250_000;

    private static final int JOINERS = Scenarios.size(60, 200);

    @Test
    void newcomerWorksWhileItIsBroughtItsReplicas() {
        int newcomer = NODES - 1;
        SimulatedNetwork network = Scenarios.joined(Scenarios.ring(53, 1, NODES - 1, 5, 12), 5);
        network.crash(newcomer);
        network.wipe(newcomer);
        List<Contract> contracts = new ArrayList<>();
        for (int i = 0; i < CONTRACTS; i++) {
            Contract contract = LastWriterWins.named("contract " + i);
            byte[] content = new byte[STATE_BYTES];
            new SplittableRandom(i).nextBytes(content);
            State state = LastWriterWins.state(1, content);
            network.time().run(network.client(i % newcomer).put(contract, state));
            contracts.add(contract);
        }
        network.time().advance(Duration.ofMinutes(5));
        network.conditions(NetworkConditions.good().withBandwidth(UPLINK));
        List<Long> before = latencies(network, 0, contracts);
        long putsBefore = bytes(network);

        network.restart(newcomer);
        network.time().runUntil(() -> network.isUp(newcomer), Duration.ofSeconds(5));
        network.time().runUntil(() -> Scenarios.neighbours(network, newcomer) >= 1, Duration.ofMinutes(1));
        List<Long> joined = latencies(network, newcomer, contracts);

        System.out.printf(
                "nodes=%d contracts=%d others: gets=%d p50=%d ms p95=%d ms; newcomer: gets=%d p50=%d ms p95=%d ms max=%d ms brought=%d MB held=%d%n",
                NODES,
                CONTRACTS,
                before.size(),
                percentile(before, 50),
                percentile(before, 95),
                joined.size(),
                percentile(joined, 50),
                percentile(joined, 95),
                percentile(joined, 100),
                (bytes(network) - putsBefore) / 1_000_000,
                network.client(newcomer).status().contracts().hosting().contracts());
        assertThat(joined).hasSize(before.size());
        assertThat(percentile(joined, 95)).as("ms").isLessThan(5_000);
    }

    @Test
    void lastOfManyJoinersFindsAPlaceAmongFullNodes() {
        SimulatedNetwork network = Scenarios.ring(59, 1, JOINERS - 1, 5, 8).start();
        int last = JOINERS - 1;
        network.crash(last);
        network.time().advance(Duration.ofMinutes(15));
        double full = Scenarios.shareWithNeighbours(network, 8);

        network.restart(last);
        Duration restarted = network.time().elapsed();
        boolean isSettled = network.time()
                .runUntil(() -> network.isUp(last) && Scenarios.neighbours(network, last) >= 5, Duration.ofMinutes(10));

        System.out.printf(
                "joiners=%d full=%.2f minimum after %d s%n",
                JOINERS, full, network.time().elapsed().minus(restarted).toSeconds());
        assertThat(isSettled).isTrue();
    }

    /** The durations in milliseconds of two GETs a second for five minutes. */
    private static List<Long> latencies(SimulatedNetwork network, int node, List<Contract> contracts) {
        SplittableRandom random = new SplittableRandom(9);
        List<Long> latencies = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            Contract contract = contracts.get(random.nextInt(contracts.size()));
            Duration start = network.time().elapsed();
            Mono<GetResult> get = Mono.defer(() -> network.client(node).get(contract.id()));
            get.filter(GetResult.Found.class::isInstance)
                    .subscribe(
                            found -> latencies.add(
                                    network.time().elapsed().minus(start).toMillis()),
                            failure -> {});
            network.time().advance(Duration.ofMillis(500));
        }
        network.time().advance(Duration.ofMinutes(1));
        return latencies;
    }

    private static long bytes(SimulatedNetwork network) {
        return network.messages().getOrDefault("Put.Request", MessageCount.NONE).bytes();
    }

    private static long percentile(List<Long> values, int percent) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? -1 : sorted.get((sorted.size() - 1) * percent / 100);
    }
}
