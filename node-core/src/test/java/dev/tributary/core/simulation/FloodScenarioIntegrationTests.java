package dev.tributary.core.simulation;

import static dev.tributary.core.simulation.Scenarios.assertIdle;
import static dev.tributary.core.simulation.Scenarios.joined;
import static dev.tributary.core.simulation.Scenarios.size;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.simulation.time.SimulatedTime;
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
 * After a flood of updates every subscriber receives the last state within seconds, although notices were rate-limited,
 * refused for lack of capacity, or arrived during a comparison of replicas. No lease is renewed during the test, so
 * missed updates must have been detected to be repaired.
 */
@Timeout(600)
class FloodScenarioIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** An interval longer than the test, so that no periodic comparison takes place. */
    private static final HostingConfig WITHOUT_RENEWALS =
            HostingConfig.defaults().withInterval(Duration.ofHours(2));

    private static final int CONTRACTS = 3;

    @Test
    void subscribersReceiveLastStateAfterFloodWithoutRenewal() {
        for (int seed = 0; seed < size(30, 2_000); seed++) {
            flood(seed);
        }
    }

    private static void flood(int seed) {
        Random random = new Random(seed);
        AtomicReference<SimulatedTime> clock = new AtomicReference<>();
        OperationConfig operations = OperationConfig.defaults().withReplicas(1 + random.nextInt(3));
        int remoteLimit = random.nextBoolean() ? operations.limits().remoteOperations() : 1 + random.nextInt(4);
        NodeConfig config = SimulatedNetworkBuilder.config()
                .withOperations(operations.withLimits(operations.limits().withRemoteOperations(remoteLimit)))
                .withHosting(WITHOUT_RENEWALS
                        .withBurst(1 + random.nextInt(8))
                        .withPace(Duration.ofMillis(random.nextInt(30))));
        int maxStoreDelay = 1 + random.nextInt(20);
        int nodes = 2 + random.nextInt(4);
        SimulatedNetwork network = joined(
                SimulatedNetwork.builder(seed)
                        .gateways(1)
                        .nodes(nodes - 1)
                        .conditions(NetworkConditions.good()
                                .withLatency(Duration.ZERO, Duration.ofMillis(random.nextInt(40))))
                        .node(builder -> builder.config(config).store(new SlowStore(clock, random, maxStoreDelay))),
                nodes - 1);
        // Duplicate links of nodes that dialled each other simultaneously are closed by then.
        network.time().advance(Duration.ofSeconds(5));
        clock.set(network.time());
        List<Contract> contracts = IntStream.range(0, CONTRACTS)
                .mapToObj(i -> LastWriterWins.named("flood " + i))
                .toList();
        contracts.forEach(contract ->
                network.time().run(network.client(random.nextInt(nodes)).put(contract, state(0))));
        List<TestSubscriber> subscribers = IntStream.range(0, nodes)
                .mapToObj(node -> new TestSubscriber(network, node, contracts))
                .toList();
        network.time().advance(Duration.ofSeconds(30));

        Map<Contract, Integer> last = new HashMap<>();
        List<Throwable> failures = new ArrayList<>();
        int changes = 50 + random.nextInt(400);
        int pauseMicros = 100 + random.nextInt(5_000);
        int writers = 1 + random.nextInt(nodes);
        for (int i = 1; i <= changes; i++) {
            Contract contract = contracts.get(random.nextInt(CONTRACTS));
            int version = i;
            int writer = random.nextInt(writers);
            last.put(contract, version);
            network.after(
                    Duration.ofNanos(1_000L * pauseMicros * i),
                    () -> network.client(writer)
                            .update(contract.id(), new StateChange.Full(state(version)))
                            .subscribe(done -> {}, failures::add));
        }
        network.time().advance(Duration.ofNanos(1_000L * pauseMicros * changes));

        boolean received =
                network.time().runUntil(() -> subscribers.stream().allMatch(each -> each.latest.equals(last)), LIMIT);

        assertThat(received)
                .as("seed %d: last versions %s, received %s", seed, last, subscribers)
                .isTrue();
        assertThat(failures).doesNotHaveAnyElementsOfTypes(NodeBusyException.class);
        subscribers.forEach(TestSubscriber::unsubscribe);
        assertIdle(network);
    }

    private static State state(long version) {
        return LastWriterWins.state(version, new byte[] {1});
    }

    /** A subscriber of all contracts at one node, with the last version received of each. */
    private static final class TestSubscriber {

        private final Map<Contract, Integer> latest = new HashMap<>();
        private final List<Disposable> subscriptions;

        TestSubscriber(SimulatedNetwork network, int node, List<Contract> contracts) {
            subscriptions = contracts.stream()
                    .map(contract -> network.client(node)
                            .subscribe(contract.id())
                            .subscribe(
                                    update -> latest.put(contract, (int)
                                            update.state().bytes().toBuffer().getLong()),
                                    failure -> latest.put(contract, -1)))
                    .toList();
        }

        void unsubscribe() {
            subscriptions.forEach(Disposable::dispose);
        }

        @Override
        public String toString() {
            return latest.values().toString();
        }
    }
}
