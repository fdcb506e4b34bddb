package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.conformance.MergeLawConfig;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.test.Climbing;
import dev.tributary.core.test.RelatedContractsRuntime;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PutReceipt.Reach;
import dev.tributary.core.value.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** Two nodes, with contracts that need other contracts or break the merge laws. */
class ContractNodeTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final InMemoryNetwork network = InMemoryNetwork.create();
    private final List<Node> nodes = new ArrayList<>();

    @BeforeEach
    void start() {
        // Only the second node checks merges.
        nodes.add(startNode(MergeLawConfig.defaults().withSampleOneIn(0)));
        nodes.add(startSecond());
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.stop().block(TIMEOUT));
    }

    @Test
    void contractThatNeedsAnotherNodesContractIsPut() {
        Contract related = RelatedContractsRuntime.validatingWithRelated("wanted");
        Contract asking = RelatedContractsRuntime.validatingWithRelated("asking");
        // Only the first node holds it, since the second is stopped.
        nodes.get(1).stop().block(TIMEOUT);
        nodes.get(0).put(related, RelatedContractsRuntime.state(1)).block(TIMEOUT);
        nodes.set(1, startSecond());
        nodes.get(1).awaitNeighbours(1).block(TIMEOUT);

        StepVerifier.create(nodes.get(1).put(asking, RelatedContractsRuntime.state(1, related)))
                .assertNext(receipt -> assertThat(receipt.copies()).isEqualTo(2))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(nodes.get(1).status().contracts().store().contracts()).isEqualTo(2);
        awaitIdle();
    }

    @Test
    void missingRelatedContractIsNamedInTheError() {
        nodes.get(1).awaitNeighbours(1).block(TIMEOUT);
        Contract related = RelatedContractsRuntime.validatingWithRelated("wanted");
        StepVerifier.create(nodes.get(1)
                        .put(
                                RelatedContractsRuntime.validatingWithRelated("asking"),
                                RelatedContractsRuntime.state(1, related)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ContractFailedException.class,
                                failed -> assertThat(failed.missing()).containsExactly(related.id())))
                .verify(TIMEOUT);
        awaitIdle();
    }

    @Test
    void contractThatBreaksAMergeLawIsReportedOnceAndWorksLocally() {
        // Alone: with another node the contract would climb for as long as they send it to each other.
        nodes.remove(0).stop().block(TIMEOUT);
        Node node = nodes.get(0);
        List<NodeEvent> published = new CopyOnWriteArrayList<>();
        Disposable subscription = node.events()
                .filter(NodeEvent.ContractQuarantined.class::isInstance)
                .subscribe(published::add);
        Contract note = Climbing.named("note");

        node.put(note, State.utf8("first")).block(TIMEOUT);
        for (int i = 1; i <= 2; i++) {
            long checks = i;
            node.put(note, State.utf8("next " + i)).block(TIMEOUT);
            await().atMost(TIMEOUT)
                    .untilAsserted(() -> assertThat(node.status().contracts().mergeLaws())
                            .matches(usage -> usage.checked() >= checks, "checks " + checks));
        }
        StepVerifier.create(node.put(note, State.utf8("last")))
                .assertNext(receipt -> assertThat(receipt.reach()).isEqualTo(Reach.QUARANTINED))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(node.get(note.id()))
                .assertNext(found -> assertThat(found.state()).contains(Climbing.state("last", 3)))
                .expectComplete()
                .verify(TIMEOUT);

        assertThat(node.status().contracts().mergeLaws().quarantined()).isOne();
        await().atMost(TIMEOUT).until(() -> !published.isEmpty());
        assertThat(published)
                .containsExactly(new NodeEvent.ContractQuarantined(
                        note.code().hash(), note.id(), "MERGE_HEALS", Duration.ofMinutes(10)));
        subscription.dispose();
        awaitIdle();
    }

    private Node startSecond() {
        return startNode(
                MergeLawConfig.defaults().withSampleOneIn(1),
                nodes.get(0).status().address());
    }

    private Node startNode(MergeLawConfig laws, PeerAddress... peers) {
        return Objects.requireNonNull(Node.builder()
                .transport(network.transport())
                .config(NodeConfig.defaults().withMergeLaws(laws))
                .runtime(JavaContractRuntime.of(Climbing.CONTRACT))
                .runtime(new RelatedContractsRuntime())
                .bootstrapPeers(peers)
                .start()
                .block(TIMEOUT));
    }

    private void awaitIdle() {
        await().atMost(TIMEOUT)
                .untilAsserted(() -> assertThat(nodes)
                        .allSatisfy(node ->
                                assertThat(node.status().tables().isIdle()).isTrue()));
    }
}
