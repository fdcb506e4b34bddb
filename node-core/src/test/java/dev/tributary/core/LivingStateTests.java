package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.operation.HostingConfig;
import dev.tributary.core.test.VirtualRing;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.UpdateReceipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
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
    void aChangeAtAnyNodeIsShownToTheSubscribersOfAll() {
        List<Node> nodes = ring.startMany(3, 2);
        ring.within(SOON, nodes.get(0).put(NOTE, state(1)));
        List<List<State>> seen = new ArrayList<>();
        List<Disposable> subscriptions = new ArrayList<>();
        for (Node node : nodes) {
            List<State> states = new ArrayList<>();
            seen.add(states);
            subscriptions.add(node.subscribe(NOTE.id()).subscribe(update -> states.add(update.state())));
        }
        ring.passes(SOON);
        for (int version = 2; version <= 4; version++) {
            update(nodes.get(version % 3), version);
            ring.passes(SOON);
        }

        assertThat(seen)
                .hasSize(3)
                .allSatisfy(states -> assertThat(states).containsExactly(state(1), state(2), state(3), state(4)));
        subscriptions.forEach(Disposable::dispose);
        nothingIsLeft(nodes);
    }

    @Test
    void whoSubscribesBeforeAnybodyPutsIsShownWhatIsPutElsewhere() {
        List<Node> nodes = ring.startMany(3, 2);
        List<State> states = new ArrayList<>();
        Disposable subscription = nodes.get(2).subscribe(NOTE.id()).subscribe(update -> states.add(update.state()));
        ring.passes(Duration.ofMinutes(5));
        ring.within(SOON, nodes.get(0).put(NOTE, state(1)));
        ring.passes(Duration.ofSeconds(90));

        assertThat(states).containsExactly(state(1));
        subscription.dispose();
        nothingIsLeft(nodes);
    }

    @Test
    void aSubscriberDoesNotNoticeThatAnotherHostDies() {
        List<Node> nodes = ring.startMany(4, 3);
        ring.within(SOON, nodes.get(0).put(NOTE, state(1)));
        List<State> states = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        Disposable subscription =
                nodes.get(3).subscribe(NOTE.id()).subscribe(update -> states.add(update.state()), failures::add);
        ring.passes(SOON);
        ring.kill(nodes.get(0));
        ring.kill(nodes.get(1));
        ring.passes(SOON);
        update(nodes.get(2), 2);
        ring.passes(SOON);

        assertThat(states).containsExactly(state(1), state(2));
        assertThat(failures).isEmpty();
        subscription.dispose();
        nothingIsLeft(List.of(nodes.get(2), nodes.get(3)));
    }

    @Test
    void aContractWithASubscriberIsNotGivenUpForOthers() {
        ring.config(NodeConfig.defaults().withHosting(HostingConfig.DEFAULT.withContracts(5)));
        Node node = ring.start();
        ring.within(SOON, node.put(NOTE, state(1)));
        List<State> states = new ArrayList<>();
        Disposable subscription = node.subscribe(NOTE.id()).subscribe(update -> states.add(update.state()));
        for (int i = 0; i < 20; i++) {
            ring.passes(Duration.ofSeconds(1));
            ring.within(SOON, node.put(LastWriterWins.named("other " + i), state(1)));
        }
        assertThat(update(node, 2).changed()).isTrue();
        ring.passes(SOON);

        assertThat(states).containsExactly(state(1), state(2));
        assertThat(node.status().hosting().evicted()).isPositive();
        subscription.dispose();
        nothingIsLeft(List.of(node));
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
