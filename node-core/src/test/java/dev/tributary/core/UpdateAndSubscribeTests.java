package dev.tributary.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.test.VirtualTimeRing;
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

/** Tests updates and subscriptions of whole nodes, on virtual time. */
class UpdateAndSubscribeTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Contract NOTE = LastWriterWins.named("note");

    private final VirtualTimeRing ring = VirtualTimeRing.create(7);

    @Test
    void subscriberReceivesTheStateAndEveryChange() {
        Node node = ring.start();
        ring.await(TIMEOUT, node.put(NOTE, state(1)));

        StepVerifier.create(node.subscribe(NOTE.id()))
                .then(() -> ring.advance(TIMEOUT))
                .expectNext(new ContractUpdate(NOTE.key(), state(1), 0))
                .then(() -> update(node, 2))
                .then(() -> update(node, 3))
                .then(() -> ring.advance(TIMEOUT))
                .expectNext(new ContractUpdate(NOTE.key(), state(2), 0))
                .expectNext(new ContractUpdate(NOTE.key(), state(3), 0))
                .thenCancel()
                .verify();

        assertNothingIsLeft(List.of(node));
    }

    @Test
    void contractOfAnotherNodeIsFoundForSubscribeAndUpdate() {
        Node host = ring.start();
        Node node = ring.start(host);
        ring.advance(TIMEOUT);
        ring.await(TIMEOUT, host.put(NOTE, state(1)));

        StepVerifier.create(node.subscribe(NOTE.id()))
                .then(() -> ring.advance(TIMEOUT))
                .expectNext(new ContractUpdate(NOTE.key(), state(1), 0))
                .thenCancel()
                .verify();
        assertThat(update(node, 2).changed()).isTrue();
        assertNothingIsLeft(List.of(host, node));
    }

    @Test
    void changeOnAnyNodeReachesTheSubscribersOfAllNodes() {
        List<Node> nodes = ring.startMany(3, 2);
        ring.await(TIMEOUT, nodes.get(0).put(NOTE, state(1)));
        List<List<State>> received = new ArrayList<>();
        List<Disposable> subscriptions = new ArrayList<>();
        for (Node node : nodes) {
            List<State> states = new ArrayList<>();
            received.add(states);
            subscriptions.add(node.subscribe(NOTE.id()).subscribe(update -> states.add(update.state())));
        }
        ring.advance(TIMEOUT);
        for (int version = 2; version <= 4; version++) {
            update(nodes.get(version % 3), version);
            ring.advance(TIMEOUT);
        }

        assertThat(received)
                .hasSize(3)
                .allSatisfy(states -> assertThat(states).containsExactly(state(1), state(2), state(3), state(4)));
        subscriptions.forEach(Disposable::dispose);
        assertNothingIsLeft(nodes);
    }

    @Test
    void subscriberOfAnUnknownContractReceivesALaterPutOfAnotherNode() {
        List<Node> nodes = ring.startMany(3, 2);
        List<State> states = new ArrayList<>();
        Disposable subscription = nodes.get(2).subscribe(NOTE.id()).subscribe(update -> states.add(update.state()));
        ring.advance(Duration.ofMinutes(5));
        ring.await(TIMEOUT, nodes.get(0).put(NOTE, state(1)));
        ring.advance(Duration.ofSeconds(90));

        assertThat(states).containsExactly(state(1));
        subscription.dispose();
        assertNothingIsLeft(nodes);
    }

    @Test
    void failureOfAnotherHostDoesNotAffectASubscriber() {
        List<Node> nodes = ring.startMany(4, 3);
        ring.await(TIMEOUT, nodes.get(0).put(NOTE, state(1)));
        List<State> states = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        Disposable subscription =
                nodes.get(3).subscribe(NOTE.id()).subscribe(update -> states.add(update.state()), failures::add);
        ring.advance(TIMEOUT);
        ring.kill(nodes.get(0));
        ring.kill(nodes.get(1));
        ring.advance(TIMEOUT);
        update(nodes.get(2), 2);
        ring.advance(TIMEOUT);

        assertThat(states).containsExactly(state(1), state(2));
        assertThat(failures).isEmpty();
        subscription.dispose();
        assertNothingIsLeft(List.of(nodes.get(2), nodes.get(3)));
    }

    @Test
    void contractWithASubscriberIsNotEvicted() {
        ring.config(NodeConfig.defaults().withHosting(HostingConfig.defaults().withContracts(5)));
        Node node = ring.start();
        ring.await(TIMEOUT, node.put(NOTE, state(1)));
        List<State> states = new ArrayList<>();
        Disposable subscription = node.subscribe(NOTE.id()).subscribe(update -> states.add(update.state()));
        for (int i = 0; i < 20; i++) {
            ring.advance(Duration.ofSeconds(1));
            ring.await(TIMEOUT, node.put(LastWriterWins.named("other " + i), state(1)));
        }
        assertThat(update(node, 2).changed()).isTrue();
        ring.advance(TIMEOUT);

        assertThat(states).containsExactly(state(1), state(2));
        assertThat(node.status().contracts().hosting().evicted()).isPositive();
        subscription.dispose();
        assertNothingIsLeft(List.of(node));
    }

    @Test
    void updateOfAnUnknownContractFails() {
        Node first = ring.start();
        Node second = ring.start(first);
        ring.advance(TIMEOUT);

        StepVerifier.create(second.update(NOTE.id(), new StateChange.Full(state(1))))
                .then(() -> ring.advance(TIMEOUT))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ContractNotFoundException.class,
                                missing -> assertThat(missing.id()).isEqualTo(NOTE.id())));
        assertNothingIsLeft(List.of(first, second));
    }

    @Test
    void subscriberGetsAnErrorWhenTheNodeStops() {
        Node node = ring.start();

        StepVerifier.create(node.subscribe(NOTE.id()))
                .then(() -> ring.advance(TIMEOUT))
                .then(() -> node.stop().subscribe(none -> {}, failure -> {}))
                .then(() -> ring.advance(TIMEOUT))
                .verifyError(NodeStoppedException.class);
    }

    private UpdateReceipt update(Node node, int version) {
        return ring.await(TIMEOUT, node.update(NOTE.id(), new StateChange.Full(state(version))));
    }

    private static State state(int version) {
        return LastWriterWins.state(version, new byte[] {42});
    }

    private void assertNothingIsLeft(List<Node> nodes) {
        ring.advance(TIMEOUT);
        assertThat(nodes).allSatisfy(node -> {
            assertThat(node.status().tables().isIdle())
                    .as(() -> node.status().tables().toString())
                    .isTrue();
            assertThat(node.status().contracts().subscriptions().subscribers()).isZero();
            assertThat(node.status().contracts().subscriptions().contracts()).isZero();
        });
    }
}
