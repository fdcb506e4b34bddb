package dev.tributary.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.Node;
import dev.tributary.core.NodeBuilder;
import dev.tributary.core.NodeConfig;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.membership.MembershipConfig;
import dev.tributary.core.membership.RedialBackoff;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.test.BreakableTransport;
import dev.tributary.core.test.MayDropSignals;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import dev.tributary.transport.identity.NodeIdentity;
import dev.tributary.transport.peer.PeerTransportConfig;
import dev.tributary.transport.peer.TcpPeerTransport;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Complete nodes over encrypted TCP connections. */
class NodesOverTcpIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<Node> nodes = new ArrayList<>();
    private final List<BreakableTransport> transports = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.forEach(node -> node.stop().block(TIMEOUT));
    }

    @Test
    void contractPutByOneNodeIsFoundByAllOthers() {
        startNodes(5, Duration.ofSeconds(10));
        Contract note = LastWriterWins.named("note");
        State state = LastWriterWins.state(1, new byte[1000]);

        StepVerifier.create(nodes.get(0).put(note, state))
                .assertNext(receipt -> assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_AT_ROOT))
                .verifyComplete();
        for (Node node : nodes) {
            StepVerifier.create(node.get(note.id()))
                    .assertNext(found -> assertThat(found.state()).contains(state))
                    .verifyComplete();
        }
    }

    @Test
    void unknownContractIsNotFoundBeforeDeadline() {
        startNodes(5, Duration.ofSeconds(10));

        StepVerifier.create(nodes.get(3).get(LastWriterWins.named("unknown").id()))
                .assertNext(result -> assertThat(result).isInstanceOf(GetResult.NotFound.class))
                .expectComplete()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void largestStateArrivesIntact() {
        startNodes(3, Duration.ofSeconds(30));
        byte[] content = new byte[50 * 1024 * 1024 - Long.BYTES];
        new Random(1).nextBytes(content);
        Contract film = LastWriterWins.named("film");
        State state = LastWriterWins.state(1, content);

        StepVerifier.create(nodes.get(0).put(film, state)).expectNextCount(1).verifyComplete();
        StepVerifier.create(nodes.get(2).get(film.id()))
                .assertNext(found -> assertThat(found.state()).contains(state))
                .verifyComplete();
    }

    @Test
    void contractIsFoundAfterItsRootStopped() {
        startNodes(4, Duration.ofSeconds(10));
        Contract note = LastWriterWins.named("survivor");
        nodes.get(0).put(note, LastWriterWins.state(1, new byte[100])).block(TIMEOUT);
        Node root = Stream.of(0, 1, 2, 3)
                .map(nodes::get)
                .min((a, b) -> Double.compare(distance(a, note), distance(b, note)))
                .orElseThrow();

        root.stop().block(TIMEOUT);
        List<Node> remaining = nodes.stream().filter(node -> !node.equals(root)).toList();
        await().atMost(TIMEOUT)
                .until(() -> remaining.stream()
                        .allMatch(node -> node.status().neighbours().size() == 2));

        for (Node node : remaining) {
            StepVerifier.create(node.get(note.id()))
                    .assertNext(found -> assertThat(found).isInstanceOf(GetResult.Found.class))
                    .verifyComplete();
        }
    }

    @Test
    void ringsOfTwoNetworksStayApartAlthoughANodeHasGatewaysOfBoth() {
        startRing("production");
        startRing("staging");
        List<Node> production = List.copyOf(nodes.subList(0, 3));
        List<PeerAddress> gateways = Stream.of(nodes.get(0), nodes.get(3), nodes.get(4))
                .map(node -> node.status().address())
                .toList();
        PeerTransport newcomer = transport("production");
        List<NodeEvent.DialFailed> failures = new CopyOnWriteArrayList<>();

        Node between = start(Duration.ofSeconds(10), newcomer, gateways);
        between.events().ofType(NodeEvent.DialFailed.class).subscribe(failures::add);
        Node older = start(
                Duration.ofSeconds(10),
                transport(),
                List.of(nodes.get(0).status().address()));

        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(failures)
                        .extracting(NodeEvent.DialFailed::address, NodeEvent.DialFailed::reason)
                        .contains(tuple(
                                gateways.get(1),
                                "NETWORK (one side is in network 'staging', the other in 'production')")));
        await().atMost(TIMEOUT).until(() -> between.status().neighbours().size() == 3);
        assertThat(production)
                .allSatisfy(node -> assertThat(node.status().neighbours()).hasSize(3));
        assertThat(nodes.subList(3, 6))
                .allSatisfy(node -> assertThat(node.status().neighbours()).hasSize(2));
        assertThat(older.status().neighbours()).isEmpty();
    }

    private void startRing(String network) {
        int first = nodes.size();
        for (int i = 0; i < 3; i++) {
            List<PeerAddress> gateways = nodes.subList(first, first + i).stream()
                    .map(node -> node.status().address())
                    .toList();
            start(Duration.ofSeconds(10), transport(network), gateways);
        }
        await().atMost(TIMEOUT)
                .until(() -> nodes.subList(first, first + 3).stream()
                        .allMatch(node -> node.status().neighbours().size() == 2));
    }

    @Test
    void deadlineErrorNamesPeerThatNeverReplies() {
        startNodes(1, Duration.ofSeconds(2));
        PeerTransport silentPeer = transport();
        silentPeer.accepted().subscribe(link -> link.messages().subscribe(), failure -> {});
        PeerAddress address = silentPeer.open().block(TIMEOUT);
        Node node = start(Duration.ofSeconds(2), transport(), List.of(address));
        await().atMost(TIMEOUT).until(() -> node.status().neighbours().size() == 1);
        Contract far = contractNearer(silentPeer.self(), node.status().self());

        StepVerifier.create(node.get(far.id()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(DeadlineExceededException.class)
                        .hasMessageContaining("tx=")
                        .hasMessageContaining("2000 ms")
                        .hasMessageContaining(silentPeer.self().toString()));
        StepVerifier.create(node.put(far, LastWriterWins.state(1, new byte[1])))
                .assertNext(receipt -> assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_LOCALLY))
                .verifyComplete();
        silentPeer.close().block(TIMEOUT);
    }

    @Test
    @MayDropSignals("a reply to a cancelled operation is dropped")
    void everyOperationTerminatesExactlyOnceDespiteCancellationsAndLostLinks() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        startNodes(5, Duration.ofSeconds(5));
        int operations = 10_000;
        AtomicIntegerArray terminations = new AtomicIntegerArray(operations);
        AtomicInteger failures = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();

        Flux.range(0, operations)
                .flatMap(
                        i -> {
                            if (i % 250 == 0) {
                                transports
                                        .get(random.nextInt(transports.size()))
                                        .breakRandomLink(random);
                            }
                            Mono<?> operation = operation(random).doFinally(end -> {
                                terminations.incrementAndGet(i);
                                if (end == SignalType.CANCEL) {
                                    cancelled.incrementAndGet();
                                }
                            });
                            Mono<?> maybeCancelled = random.nextInt(10) == 0
                                    ? operation.timeout(Duration.ofNanos(random.nextInt(1_000_000) + 1L), Mono.empty())
                                    : operation;
                            return maybeCancelled.then().onErrorResume(NodeException.class, failure -> {
                                failures.incrementAndGet();
                                return Mono.empty();
                            });
                        },
                        64)
                .blockLast(Duration.ofSeconds(50));

        System.out.printf(
                "seed=%d operations=%d failed=%d cancelled=%d%n", seed, operations, failures.get(), cancelled.get());
        for (int i = 0; i < operations; i++) {
            assertThat(terminations.get(i))
                    .as("terminations of operation %d with seed %d", i, seed)
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
                ? node.put(contract, LastWriterWins.state(random.nextInt(1000), new byte[random.nextInt(1000)]))
                : node.get(contract.id());
    }

    private void startNodes(int count, Duration deadline) {
        List<PeerAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Node node = start(deadline, transport(), addresses);
            addresses.add(node.status().address());
        }
        await().atMost(TIMEOUT)
                .until(() -> nodes.stream()
                        .allMatch(node -> node.status().neighbours().size() == count - 1));
    }

    private Node start(Duration deadline, PeerTransport transport, List<PeerAddress> peers) {
        BreakableTransport breakable = new BreakableTransport(transport);
        transports.add(breakable);
        NodeBuilder builder = Node.builder()
                .config(NodeConfig.defaults()
                        .withOperations(OperationConfig.defaults().withDeadline(deadline))
                        .withMembership(MembershipConfig.defaults()
                                .withRedialBackoff(new RedialBackoff(Duration.ofMillis(50), Duration.ofMillis(500)))))
                .transport(breakable)
                .bootstrapPeers(peers.toArray(PeerAddress[]::new));
        Node node = builder.start().block(TIMEOUT);
        nodes.add(node);
        return node;
    }

    private static PeerTransport transport() {
        return transport("default");
    }

    private static PeerTransport transport(String network) {
        PeerTransportConfig config = PeerTransportConfig.defaults();
        return TcpPeerTransport.create(
                NodeIdentity.generate(new SecureRandom()),
                config.withNetwork(config.network().withName(network)),
                Schedulers.parallel(),
                Schedulers.boundedElastic());
    }

    private static double distance(Node node, Contract contract) {
        return node.status().self().location().distanceTo(contract.key().location());
    }

    /** Returns a contract whose location is nearer to the first peer than to the other. */
    private static Contract contractNearer(PeerId one, PeerId other) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> LastWriterWins.named("contract " + i))
                .filter(contract -> one.location().distanceTo(contract.key().location())
                        < other.location().distanceTo(contract.key().location()))
                .findFirst()
                .orElseThrow();
    }
}
