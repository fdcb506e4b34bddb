package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PutOutcome;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.PutRequest;
import dev.tributary.core.value.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class NodeTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final InMemoryNetwork network = InMemoryNetwork.create();
    private final List<Node> nodes = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.forEach(node -> node.stop().block(TIMEOUT));
    }

    @Test
    void contractPutOnOneNodeIsFoundByTheOthers() {
        List<Node> ring = ring(3);
        Contract note = LastWriterWins.named("note");
        State state = LastWriterWins.state(1, "hello".getBytes(StandardCharsets.UTF_8));

        StepVerifier.create(ring.get(0).put(note, state))
                .assertNext(receipt -> {
                    assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_AT_ROOT);
                    assertThat(receipt.copies()).isBetween(2, 3);
                    assertThat(receipt.key()).isEqualTo(note.key());
                })
                .verifyComplete();
        for (Node node : ring) {
            StepVerifier.create(node.get(note.id()))
                    .assertNext(result -> assertThat(result.state()).contains(state))
                    .verifyComplete();
        }
        awaitIdle();
    }

    @Test
    void unknownContractIsNotFound() {
        List<Node> ring = ring(3);

        StepVerifier.create(ring.get(1).get(LastWriterWins.named("nothing").id()))
                .assertNext(result -> assertThat(result).isInstanceOf(GetResult.NotFound.class))
                .verifyComplete();
        awaitIdle();
    }

    @Test
    void nodeWithoutNeighboursStoresLocally() {
        Node alone = ring(1).get(0);

        StepVerifier.create(alone.put(LastWriterWins.named("diary"), LastWriterWins.state(1, new byte[10])))
                .assertNext(receipt -> assertThat(receipt.reach()).isEqualTo(PutReceipt.Reach.STORED_LOCALLY))
                .verifyComplete();
        awaitIdle();
    }

    @Test
    void statesPutOnDifferentNodesMerge() {
        List<Node> ring = ring(3);
        Contract set = GrowOnlySet.named("guests");
        List<Bytes> guests = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            guests.add(Bytes.utf8("guest " + i));
        }

        Flux<PutReceipt> puts = Flux.range(0, guests.size())
                .flatMap(i -> ring.get(i % 3).put(set, GrowOnlySet.state(List.of(guests.get(i)))), 30);
        StepVerifier.create(puts).expectNextCount(30).verifyComplete();

        State allGuests = GrowOnlySet.state(guests);
        StepVerifier.create(ring.get(0)
                        .put(set, GrowOnlySet.state(List.of()))
                        .then(Flux.fromIterable(ring)
                                .concatMap(
                                        node -> node.get(set.id())
                                                .map(result -> result.state().orElseThrow()),
                                        1)
                                .filter(allGuests::equals)
                                .count()))
                .assertNext(complete -> assertThat(complete).isPositive())
                .verifyComplete();
        awaitIdle();
    }

    @Test
    void stateRejectedByTheContractFailsWithItsReason() {
        Node node = ring(2).get(0);

        StepVerifier.create(node.put(LastWriterWins.named("short"), State.of(new byte[3])))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ContractRejectedException.class)
                        .hasMessageContaining("8 bytes"));
        awaitIdle();
    }

    @Test
    void putAllRequestsFromUpstreamOnlyAsOperationsFinish() {
        Node node = ring(2).get(0);
        List<Long> requested = new CopyOnWriteArrayList<>();
        Flux<PutRequest> requests = Flux.range(0, 1000)
                .map(i -> new PutRequest(LastWriterWins.named("bulk " + i), LastWriterWins.state(1, new byte[100])))
                .doOnRequest(requested::add);

        StepVerifier.create(node.putAll(requests, 8), 0)
                .thenRequest(10)
                .expectNextCount(10)
                .then(() ->
                        assertThat(requested.stream().mapToLong(n -> n).sum()).isLessThanOrEqualTo(10 + 2 * 8))
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(990)
                .verifyComplete();
        awaitIdle();
    }

    @Test
    void failedPutAmongManyIsAnOutcome() {
        Node node = ring(2).get(0);
        Contract register = LastWriterWins.named("mixed");
        Flux<PutRequest> requests = Flux.just(
                new PutRequest(register, LastWriterWins.state(1, new byte[1])),
                new PutRequest(register, State.of(new byte[1])),
                new PutRequest(register, LastWriterWins.state(2, new byte[1])));

        StepVerifier.create(node.putAll(requests, 1))
                .expectNextMatches(PutOutcome.Stored.class::isInstance)
                .expectNextMatches(PutOutcome.Failed.class::isInstance)
                .expectNextMatches(PutOutcome.Stored.class::isInstance)
                .verifyComplete();
    }

    @Test
    void stoppedNodeFailsOperationsAtOnce() {
        Node node = ring(1).get(0);
        node.stop().block(TIMEOUT);

        StepVerifier.create(node.put(LastWriterWins.named("late"), LastWriterWins.state(1, new byte[1])))
                .verifyError(NodeStoppedException.class);
        StepVerifier.create(node.onStop()).verifyComplete();
    }

    @Test
    void lostNeighbourIsPublishedAsAnEvent() {
        List<Node> ring = ring(2);
        Node left = ring.get(0);
        Node right = ring.get(1);

        StepVerifier.create(left.events().filter(NodeEvent.PeerRemoved.class::isInstance))
                .then(() -> right.stop().block(TIMEOUT))
                .assertNext(event -> assertThat(((NodeEvent.PeerRemoved) event).peer())
                        .isEqualTo(right.status().self()))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void statusCountsTheEventsOfTheLoop() {
        List<Node> ring = ring(2);
        ring.get(0)
                .put(LastWriterWins.named("seen"), LastWriterWins.state(1, new byte[1]))
                .block(TIMEOUT);

        // The neighbour's replica is written in parallel with the result, so its reply may still be pending.
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(ring.get(0).status().loop().sources())
                        .allSatisfy(source -> {
                            assertThat(source.count()).isPositive();
                            assertThat(source.isMismatched()).isFalse();
                        }));
        NodeStatus status = ring.get(0).status();
        assertThat(status.loop().sources())
                .extracting(source -> source.name())
                .containsExactly("notifications", "handshakes", "transport");
        assertThat(status.contracts().store().contracts()).isEqualTo(1);
    }

    /** Nodes that are all linked to each other. */
    private List<Node> ring(int size) {
        List<PeerTransport> transports = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            PeerTransport transport = network.transport();
            NodeBuilder builder = Node.builder().transport(transport);
            for (PeerTransport other : transports) {
                builder = builder.bootstrapPeers(InMemoryNetwork.addressOf(other));
            }
            transports.add(transport);
            nodes.add(builder.start().block(TIMEOUT));
        }
        await().atMost(TIMEOUT)
                .until(() -> nodes.stream()
                        .allMatch(node -> node.status().neighbours().size() == size - 1));
        return nodes;
    }

    private void awaitIdle() {
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(nodes)
                        .allSatisfy(node -> assertThat(node.status().tables().isIdle())
                                .as(() -> node.status().tables().toString())
                                .isTrue()));
    }
}
