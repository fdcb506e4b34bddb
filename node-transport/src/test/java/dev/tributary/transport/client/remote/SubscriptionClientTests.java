package dev.tributary.transport.client.remote;

import static dev.tributary.transport.client.remote.ScriptedNode.CONFIG;
import static dev.tributary.transport.client.remote.ScriptedNode.CONTRACT;
import static dev.tributary.transport.client.remote.ScriptedNode.changed;
import static dev.tributary.transport.client.remote.ScriptedNode.found;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.UpdatePayload;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class SubscriptionClientTests {

    /** Longer than the maximum pause between two attempts, including jitter. */
    private static final Duration ABOVE_MAX_PAUSE = CONFIG.backoff().max().multipliedBy(2);

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final ScriptedNode node = new ScriptedNode();
    private final SubscriptionClient subscriptions = new SubscriptionClient(CONFIG, node, clock);

    @Test
    void currentStateIsEmittedBeforeEveryChange() {
        node.replyWith(get("one"));
        StepVerifier.create(texts())
                .expectNext("one")
                .then(() -> node.lastConnection().reply(changed("two")))
                .then(() -> node.lastConnection().reply(changed("three")))
                .expectNext("two", "three")
                .thenCancel()
                .verify();
        assertThat(node.lastConnection().isClosed()).isTrue();
        assertThat(node.lastConnection().sent())
                .containsExactly(new ClientRequest.Get(CONTRACT.id(), false, true, false));
    }

    @Test
    void notificationBeforeTheAnswerIsNotOverwritten() {
        node.replyWith(request -> List.of(changed("two"), found("one")));
        StepVerifier.create(texts())
                .expectNext("two")
                .then(() -> node.lastConnection().reply(changed("three")))
                .expectNext("three")
                .thenCancel()
                .verify();
    }

    @Test
    void missingContractIsAwaitedAndRequestedAgain() {
        ClientReply notFound = new ClientAnswer.NotFound(CONTRACT.id());
        node.replyWith(request -> request instanceof ClientRequest.Get ? List.of(notFound) : List.of());
        StepVerifier.create(texts())
                .then(() -> node.replyWith(get("at last")))
                .then(() -> node.lastConnection().reply(new ClientAnswer.SubscribeAnswer(CONTRACT.key(), true)))
                .expectNext("at last")
                .thenCancel()
                .verify();
        assertThat(node.connections()).hasSize(1);
    }

    @Test
    void subscriptionIsRetriedWhenTheNodeStopsWaiting() {
        ClientReply notFound = new ClientAnswer.NotFound(CONTRACT.id());
        node.replyWith(request -> request instanceof ClientRequest.Get
                ? List.of(notFound)
                : List.of(new ClientError.OperationError("not found")));
        StepVerifier.create(texts())
                .then(() -> clock.advanceTimeBy(Duration.ofMinutes(5)))
                .then(() -> assertThat(node.attempts()).isBetween(10, 100))
                .then(() -> node.replyWith(get("at last")))
                .then(() -> clock.advanceTimeBy(ABOVE_MAX_PAUSE))
                .expectNext("at last")
                .thenCancel()
                .verify();
    }

    @Test
    void lostConnectionIsReestablishedAndReportedToTheSubscriber() {
        node.replyWith(get("one"));
        StepVerifier.create(subscriptions.subscribe(CONTRACT.id()))
                .assertNext(first -> assertThat(first.interrupted()).isFalse())
                .then(node::disconnect)
                .then(() -> clock.advanceTimeBy(Duration.ofMinutes(5)))
                .then(() -> node.replyWith(get("five")))
                .then(node::reconnect)
                .then(() -> clock.advanceTimeBy(ABOVE_MAX_PAUSE))
                .assertNext(later -> {
                    assertThat(later.state()).isEqualTo(State.utf8("five"));
                    assertThat(later.interrupted()).isTrue();
                })
                .then(() -> node.lastConnection().reply(changed("six")))
                .assertNext(last -> assertThat(last.interrupted()).isFalse())
                .thenCancel()
                .verify();
        assertThat(node.attempts()).as("with growing pauses").isBetween(10, 100);
    }

    @Test
    void unchangedStateIsNotEmittedAfterReconnecting() {
        node.replyWith(get("one"));
        StepVerifier.create(subscriptions.subscribe(CONTRACT.id()))
                .expectNextCount(1)
                .then(node::disconnect)
                .then(node::reconnect)
                .then(() -> clock.advanceTimeBy(ABOVE_MAX_PAUSE))
                .then(() -> assertThat(node.connections()).hasSize(2))
                .then(() -> node.lastConnection().reply(changed("two")))
                .assertNext(next -> assertThat(next.interrupted()).isFalse())
                .thenCancel()
                .verify();
    }

    @Test
    void unreachableNodeIsAnErrorAtFirst() {
        node.disconnect();
        StepVerifier.create(texts()).verifyError(NodeUnreachableException.class);
        assertThat(node.attempts()).isEqualTo(1);
    }

    @Test
    void refusalIsAnErrorAtFirst() {
        node.replyWith(request ->
                List.of(new ClientError.ContractFailed(ClientError.Command.GET, CONTRACT.key(), "not this one")));
        StepVerifier.create(texts())
                .verifyErrorSatisfies(refused -> assertThat(refused)
                        .isInstanceOf(ContractRejectedException.class)
                        .hasMessageContaining("not this one"));
        assertThat(node.lastConnection().isClosed()).isTrue();
    }

    @Test
    void silentNodeFailsTheSubscriptionAtTheDeadline() {
        StepVerifier.create(texts())
                .then(() -> clock.advanceTimeBy(CONFIG.deadline()))
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(RequestTimeoutException.class)
                        .hasMessageContaining(CONFIG.deadline().toMillis() + " ms"));
        assertThat(node.lastConnection().isClosed()).isTrue();
    }

    @Test
    void establishedSubscriptionHasNoDeadline() {
        node.replyWith(get("one"));
        StepVerifier.create(texts())
                .expectNext("one")
                .then(() -> clock.advanceTimeBy(Duration.ofDays(1)))
                .then(() -> node.lastConnection().reply(changed("two")))
                .expectNext("two")
                .thenCancel()
                .verify();
        assertThat(node.connections()).hasSize(1);
    }

    @Test
    void slowSubscriberReceivesTheLatestStateAndTheNumberOfSkippedStates() {
        node.replyWith(get("one"));
        StepVerifier.create(subscriptions.subscribe(CONTRACT.id()), 1)
                .assertNext(first -> assertThat(first.skipped()).isZero())
                .then(() -> List.of("two", "three", "four")
                        .forEach(text -> node.lastConnection().reply(changed(text))))
                .thenRequest(1)
                .assertNext(next -> {
                    assertThat(next.state()).isEqualTo(State.utf8("four"));
                    assertThat(next.skipped()).isEqualTo(2);
                })
                .thenCancel()
                .verify();
    }

    @Test
    void unusableNotificationCausesANewConnection() {
        node.replyWith(get("one"));
        StepVerifier.create(texts())
                .expectNext("one")
                .then(() -> node.replyWith(get("two")))
                .then(() -> node.lastConnection()
                        .reply(new ClientAnswer.UpdateNotification(
                                CONTRACT.key(),
                                new UpdatePayload.Delta(
                                        new StateDelta(State.utf8("d").bytes())))))
                .then(() -> clock.advanceTimeBy(ABOVE_MAX_PAUSE))
                .expectNext("two")
                .thenCancel()
                .verify();
        assertThat(node.connections()).hasSize(2);
    }

    @Test
    void closingTheClientEndsSubscriptions() {
        node.replyWith(get("one"));
        StepVerifier.create(texts())
                .expectNext("one")
                .then(subscriptions::close)
                .verifyError(ClientClosedException.class);
        assertThat(node.lastConnection().isClosed()).isTrue();
    }

    private Flux<String> texts() {
        return subscriptions
                .subscribe(CONTRACT.id())
                .map(update -> update.state().bytes().toUtf8());
    }

    private static Function<ClientRequest, List<ClientReply>> get(String state) {
        return request -> request instanceof ClientRequest.Get ? List.of(found(state)) : List.of();
    }
}
