package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertQuiet;
import static dev.tributary.core.simulation.Scenarios.joined;
import static dev.tributary.core.simulation.Scenarios.size;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.operation.HostingConfig;
import dev.tributary.core.operation.OperationConfig;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;

/**
 * After a flood of changes every subscriber is soon shown the last one, though notices were gated, had no room, or arrived
 * while copies were compared. No lease is renewed meanwhile: what a flood leaves untold is made up for because it was noticed.
 */
@Timeout(600)
class FloodScenarioIntegrationTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    /** Longer than the test: nothing is compared only because it is time to. */
    private static final HostingConfig RARELY = HostingConfig.DEFAULT.withInterval(Duration.ofHours(2));

    private static final int CONTRACTS = 3;

    @Test
    void afterAFloodAllAreShownTheLastStateWithoutARenewal() {
        for (int seed = 0; seed < size(30, 2_000); seed++) {
            flood(seed);
        }
    }

    private static void flood(int seed) {
        Random random = new Random(seed);
        AtomicReference<SimulatedTime> clock = new AtomicReference<>();
        OperationConfig operations = OperationConfig.DEFAULT.withReplicas(1 + random.nextInt(3));
        int strangers = random.nextBoolean() ? operations.strangerLimit() : 1 + random.nextInt(4);
        NodeConfig config = SimulationSpec.config()
                .withOperations(operations.withLimits(operations.clientLimit(), strangers, operations.linkCredits()))
                .withHosting(RARELY.withGate(1 + random.nextInt(8), Duration.ofMillis(random.nextInt(30))));
        int slowest = 1 + random.nextInt(20);
        int nodes = 2 + random.nextInt(4);
        SimulatedNetwork network = joined(
                SimulatedNetwork.create(seed)
                        .gateways(1)
                        .nodes(nodes - 1)
                        .conditions(NetworkConditions.good()
                                .withLatency(Duration.ZERO, Duration.ofMillis(random.nextInt(40))))
                        .node(spec -> spec.config(config).store(new SlowStore(clock, random, slowest))),
                nodes - 1);
        // Two that dialled each other at once have one link left by then.
        network.time().advance(Duration.ofSeconds(5));
        clock.set(network.time());
        List<Contract> contracts = IntStream.range(0, CONTRACTS)
                .mapToObj(i -> LastWriterWins.named("flood " + i))
                .toList();
        contracts.forEach(contract ->
                network.time().run(network.client(random.nextInt(nodes)).put(contract, state(0))));
        List<Watcher> watchers = IntStream.range(0, nodes)
                .mapToObj(node -> new Watcher(network, node, contracts))
                .toList();
        network.time().advance(Duration.ofSeconds(30));

        Map<Contract, Integer> last = new HashMap<>();
        List<Throwable> failures = new ArrayList<>();
        int changes = 50 + random.nextInt(400);
        int micros = 100 + random.nextInt(5_000);
        int writers = 1 + random.nextInt(nodes);
        for (int i = 1; i <= changes; i++) {
            Contract contract = contracts.get(random.nextInt(CONTRACTS));
            int version = i;
            int writer = random.nextInt(writers);
            last.put(contract, version);
            network.after(
                    Duration.ofNanos(1_000L * micros * i),
                    () -> network.client(writer)
                            .update(contract.id(), new StateChange.Full(state(version)))
                            .subscribe(done -> {}, failures::add));
        }
        network.time().advance(Duration.ofNanos(1_000L * micros * changes));

        boolean shown =
                network.time().runUntil(() -> watchers.stream().allMatch(watcher -> watcher.latest.equals(last)), SOON);

        assertThat(shown)
                .as("seed %d: the last are %s, shown are %s", seed, last, watchers)
                .isTrue();
        assertThat(failures).doesNotHaveAnyElementsOfTypes(NodeBusyException.class);
        watchers.forEach(Watcher::leave);
        assertQuiet(network);
    }

    private static State state(long version) {
        return LastWriterWins.state(version, new byte[] {1});
    }

    /** Somebody who listens to all of them at one node, with the versions shown last. */
    private static final class Watcher {

        private final Map<Contract, Integer> latest = new HashMap<>();
        private final List<Disposable> subscriptions;

        Watcher(SimulatedNetwork network, int node, List<Contract> contracts) {
            subscriptions = contracts.stream()
                    .map(contract -> network.client(node)
                            .subscribe(contract.id())
                            .subscribe(
                                    update -> latest.put(contract, (int)
                                            update.state().bytes().toBuffer().getLong()),
                                    failure -> latest.put(contract, -1)))
                    .toList();
        }

        void leave() {
            subscriptions.forEach(Disposable::dispose);
        }

        @Override
        public String toString() {
            return latest.values().toString();
        }
    }
}
