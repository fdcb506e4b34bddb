package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.LawConfig;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.test.AskingRuntime;
import dev.tributary.core.test.LastComerWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.NodeNotice;
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

/** Two nodes and contracts that are not as simple as others. */
class ContractNodeTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final InMemoryNetwork network = InMemoryNetwork.create();
    private final List<Node> nodes = new ArrayList<>();

    @BeforeEach
    void start() {
        // Only the second makes merges again: who finds a law broken first would be a matter of luck otherwise.
        nodes.add(node(LawConfig.DEFAULT.withSample(0)));
        nodes.add(second());
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.stop().block(SOON));
    }

    @Test
    void aContractThatAsksForOneThatAnotherNodeHoldsIsPut() {
        Contract wanted = AskingRuntime.asking("wanted");
        Contract asking = AskingRuntime.asking("asking");
        // Held by the first node only: the second one was not there yet.
        nodes.get(1).stop().block(SOON);
        nodes.get(0).put(wanted, AskingRuntime.state(1)).block(SOON);
        nodes.set(1, second());
        nodes.get(1).onLinked(1).block(SOON);

        StepVerifier.create(nodes.get(1).put(asking, AskingRuntime.state(1, wanted)))
                .assertNext(receipt -> assertThat(receipt.copies()).isEqualTo(2))
                .expectComplete()
                .verify(SOON);
        assertThat(nodes.get(1).status().store().contracts()).isEqualTo(2);
        everythingIsQuiet();
    }

    @Test
    void aContractThatAsksForWhatNobodyHoldsIsRefusedByName() {
        nodes.get(1).onLinked(1).block(SOON);
        Contract wanted = AskingRuntime.asking("wanted");
        StepVerifier.create(nodes.get(1).put(AskingRuntime.asking("asking"), AskingRuntime.state(1, wanted)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ContractFailedException.class,
                                failed -> assertThat(failed.missing()).containsExactly(wanted.id())))
                .verify(SOON);
        everythingIsQuiet();
    }

    @Test
    void aContractThatBreaksTheLawsIsToldOfOnceAndGoesOnHere() {
        Node node = nodes.get(1);
        node.onLinked(1).block(SOON);
        List<NodeNotice> told = new CopyOnWriteArrayList<>();
        Disposable listening = node.events()
                .filter(NodeNotice.ContractQuarantined.class::isInstance)
                .subscribe(told::add);
        Contract note = LastComerWins.named("note");

        node.put(note, State.utf8("first")).block(SOON);
        for (int i = 1; i <= 2; i++) {
            long checks = i;
            node.put(note, State.utf8("next " + i)).block(SOON);
            await().atMost(SOON).until(() -> node.status().laws().checked() == checks);
        }
        StepVerifier.create(node.put(note, State.utf8("last")))
                .assertNext(receipt -> assertThat(receipt.reach()).isEqualTo(Reach.HELD_BACK))
                .expectComplete()
                .verify(SOON);
        StepVerifier.create(node.get(note.id()))
                .assertNext(found -> assertThat(found.state()).contains(State.utf8("last")))
                .expectComplete()
                .verify(SOON);

        assertThat(node.status().laws().quarantined()).isOne();
        await().atMost(SOON).until(() -> !told.isEmpty());
        assertThat(told)
                .containsExactly(new NodeNotice.ContractQuarantined(
                        note.code().hash(), "MERGE_IS_COMMUTATIVE", Duration.ofMinutes(10)));
        listening.dispose();
        everythingIsQuiet();
    }

    private Node second() {
        return node(LawConfig.DEFAULT.withSample(1), nodes.get(0).status().address());
    }

    private Node node(LawConfig laws, PeerAddress... peers) {
        return Objects.requireNonNull(Node.create()
                .transport(network.transport())
                .config(NodeConfig.defaults().withLaws(laws))
                .runtime(JavaContractRuntime.of(LastComerWins.CONTRACT))
                .runtime(new AskingRuntime())
                .peers(peers)
                .start()
                .block(SOON));
    }

    private void everythingIsQuiet() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(nodes)
                        .allSatisfy(node ->
                                assertThat(node.status().tables().quiet()).isTrue()));
    }
}
