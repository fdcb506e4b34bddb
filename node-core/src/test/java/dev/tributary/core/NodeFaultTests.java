package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.membership.MembershipConfig;
import dev.tributary.core.membership.RedialBackoff;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.test.BreakableTransport;
import dev.tributary.core.test.MayDropSignals;
import dev.tributary.core.value.Contract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

class NodeFaultTests {

    private static final int OPERATIONS = 10_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<Node> nodes = new ArrayList<>();
    private final List<BreakableTransport> transports = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.forEach(node -> node.stop().block(TIMEOUT));
    }

    @Test
    @MayDropSignals("the result of a cancelled operation has no receiver")
    void everyOperationEndsInExactlyOneResultDespiteCancelsAndFaults() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        startNodes(5);
        AtomicIntegerArray results = new AtomicIntegerArray(OPERATIONS);
        AtomicInteger failures = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();

        Flux<Integer> load = Flux.range(0, OPERATIONS)
                .flatMap(
                        i -> {
                            if (i % 100 == 0) {
                                transports
                                        .get(random.nextInt(transports.size()))
                                        .breakRandomLink(random);
                            }
                            Mono<?> operation = operation(random)
                                    .doOnError(NodeException.class, error -> failures.incrementAndGet())
                                    .doFinally(end -> {
                                        if (end == SignalType.CANCEL) {
                                            cancelled.incrementAndGet();
                                        }
                                        results.incrementAndGet(i);
                                    });
                            boolean timesOut = random.nextInt(10) == 0;
                            return timesOut
                                    ? operation
                                            .timeout(Duration.ofNanos(random.nextInt(500_000) + 1L), Mono.empty())
                                            .onErrorComplete(NodeException.class)
                                            .thenReturn(i)
                                    : operation
                                            .onErrorComplete(NodeException.class)
                                            .thenReturn(i);
                        },
                        64);
        load.blockLast(Duration.ofSeconds(50));

        System.out.printf(
                "seed=%d operations=%d failed=%d cancelled=%d%n", seed, OPERATIONS, failures.get(), cancelled.get());
        for (int i = 0; i < OPERATIONS; i++) {
            assertThat(results.get(i))
                    .as("results of operation %d with seed %d", i, seed)
                    .isEqualTo(1);
        }
        assertThat(cancelled.get()).isPositive();
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(nodes)
                        .allSatisfy(node -> assertThat(node.status().tables().isIdle())
                                .as(() -> node.status().tables().toString())
                                .isTrue()));
    }

    private Mono<?> operation(Random random) {
        Node node = nodes.get(random.nextInt(nodes.size()));
        Contract contract = LastWriterWins.named("contract " + random.nextInt(200));
        return random.nextBoolean()
                ? node.put(contract, LastWriterWins.state(random.nextInt(1000), new byte[random.nextInt(100)]))
                : node.get(contract.id());
    }

    private void startNodes(int count) {
        InMemoryNetwork network = InMemoryNetwork.create();
        NodeConfig config = NodeConfig.defaults()
                .withOperations(OperationConfig.defaults().withDeadline(Duration.ofSeconds(5)))
                .withMembership(MembershipConfig.defaults()
                        .withRedialBackoff(new RedialBackoff(Duration.ofMillis(20), Duration.ofMillis(200))));
        List<PeerTransport> raw = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            PeerTransport transport = network.transport();
            transports.add(new BreakableTransport(transport));
            NodeBuilder builder = Node.builder().config(config).transport(transports.get(i));
            for (PeerTransport other : raw) {
                builder = builder.bootstrapPeers(InMemoryNetwork.addressOf(other));
            }
            raw.add(transport);
            nodes.add(builder.start().block(TIMEOUT));
        }
        await().atMost(TIMEOUT)
                .until(() -> nodes.stream()
                        .allMatch(node -> node.status().neighbours().size() == count - 1));
    }
}
