package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.test.VirtualRing;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.UpdateReceipt;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** What whole nodes do with states that change, on virtual time. */
class LivingStateTests {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Contract NOTE = LastWriterWins.named("note");

    private final VirtualRing ring = VirtualRing.create(7);

    @Test
    void aSubscriberIsShownTheStateAndEveryChange() {
        Node node = ring.start();
        ring.within(SOON, node.put(NOTE, state(1)));

        StepVerifier.create(node.subscribe(NOTE.id()))
                .then(() -> ring.passes(SOON))
                .expectNext(new ContractUpdate(NOTE.key(), state(1), 0))
                .then(() -> update(node, 2))
                .then(() -> update(node, 3))
                .then(() -> ring.passes(SOON))
                .expectNext(new ContractUpdate(NOTE.key(), state(2), 0))
                .expectNext(new ContractUpdate(NOTE.key(), state(3), 0))
                .thenCancel()
                .verify();

        nothingIsLeft(List.of(node));
    }

    @Test
    void whatAnotherNodeHoldsIsFoundForTheSubscriberAndForTheUpdate() {
        Node holder = ring.start();
        Node node = ring.start(holder);
        ring.passes(SOON);
        ring.within(SOON, holder.put(NOTE, state(1)));

        StepVerifier.create(node.subscribe(NOTE.id()))
                .then(() -> ring.passes(SOON))
                .expectNext(new ContractUpdate(NOTE.key(), state(1), 0))
                .thenCancel()
                .verify();
        assertThat(update(node, 2).changed()).isTrue();
        nothingIsLeft(List.of(holder, node));
    }

    @Test
    void whatNobodyHoldsCannotBeUpdated() {
        Node first = ring.start();
        Node second = ring.start(first);
        ring.passes(SOON);

        StepVerifier.create(second.update(NOTE.id(), new StateChange.Full(state(1))))
                .then(() -> ring.passes(SOON))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ContractNotFoundException.class,
                                missing -> assertThat(missing.id()).isEqualTo(NOTE.id())));
        nothingIsLeft(List.of(first, second));
    }

    @Test
    void aSubscriberIsToldThatTheNodeStops() {
        Node node = ring.start();

        StepVerifier.create(node.subscribe(NOTE.id()))
                .then(() -> ring.passes(SOON))
                .then(() -> node.stop().subscribe(none -> {}, failure -> {}))
                .then(() -> ring.passes(SOON))
                .verifyError(NodeStoppedException.class);
    }

    private UpdateReceipt update(Node node, int version) {
        return ring.within(SOON, node.update(NOTE.id(), new StateChange.Full(state(version))));
    }

    private static State state(int version) {
        return LastWriterWins.state(version, new byte[] {42});
    }

    private void nothingIsLeft(List<Node> nodes) {
        ring.passes(SOON);
        assertThat(nodes).allSatisfy(node -> {
            assertThat(node.status().tables().quiet())
                    .as(() -> node.status().tables().toString())
                    .isTrue();
            assertThat(node.status().living().subscribers()).isZero();
            assertThat(node.status().living().contracts()).isZero();
        });
    }
}
