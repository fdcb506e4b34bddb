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

class SubscriptionsTests {

    /** More than the longest pause between two attempts, jitter and all. */
    private static final Duration LONG = CONFIG.lastBackoff().multipliedBy(2);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ScriptedNode node = new ScriptedNode();
    private final Subscriptions subscriptions = new Subscriptions(CONFIG, node, time);

    @Test
    void theCurrentStateComesFirstThenEveryChange() {
        node.answering(get("one"));
        StepVerifier.create(texts())
                .expectNext("one")
                .then(() -> node.wire().say(changed("two")))
                .then(() -> node.wire().say(changed("three")))
                .expectNext("two", "three")
                .thenCancel()
                .verify();
        assertThat(node.wire().ended()).isTrue();
        assertThat(node.wire().sent()).containsExactly(new ClientRequest.Get(CONTRACT.id(), false, true, false));
    }

    @Test
    void aChangeThatOvertakesTheAnswerIsNotUndoneByIt() {
        node.answering(request -> List.of(changed("two"), found("one")));
        StepVerifier.create(texts())
                .expectNext("two")
                .then(() -> node.wire().say(changed("three")))
                .expectNext("three")
                .thenCancel()
                .verify();
    }

    @Test
    void whatNobodyHoldsYetIsWaitedForAndThenAskedForAgain() {
        ClientReply nothing = new ClientAnswer.NotFound(CONTRACT.id());
        node.answering(request -> request instanceof ClientRequest.Get ? List.of(nothing) : List.of());
        StepVerifier.create(texts())
                .then(() -> node.answering(get("at last")))
                .then(() -> node.wire().say(new ClientAnswer.SubscribeAnswer(CONTRACT.key(), true)))
                .expectNext("at last")
                .thenCancel()
                .verify();
        assertThat(node.wires()).hasSize(1);
    }

    @Test
    void aNodeThatWaitsNoLongerIsAskedAgainLater() {
        ClientReply nothing = new ClientAnswer.NotFound(CONTRACT.id());
        node.answering(request -> request instanceof ClientRequest.Get
                ? List.of(nothing)
                : List.of(new ClientError.OperationError("nobody has it")));
        StepVerifier.create(texts())
                .then(() -> time.advanceTimeBy(Duration.ofMinutes(5)))
                .then(() -> assertThat(node.attempts()).isBetween(10, 100))
                .then(() -> node.answering(get("at last")))
                .then(() -> time.advanceTimeBy(LONG))
                .expectNext("at last")
                .thenCancel()
                .verify();
    }

    @Test
    void aLostConnectionIsMadeAgainAndASubscriberHearsOfIt() {
        node.answering(get("one"));
        StepVerifier.create(subscriptions.follow(CONTRACT.id()))
                .assertNext(first -> assertThat(first.interrupted()).isFalse())
                .then(node::go)
                .then(() -> time.advanceTimeBy(Duration.ofMinutes(5)))
                .then(() -> node.answering(get("five")))
                .then(node::comeBack)
                .then(() -> time.advanceTimeBy(LONG))
                .assertNext(later -> {
                    assertThat(later.state()).isEqualTo(State.utf8("five"));
                    assertThat(later.interrupted()).isTrue();
                })
                .then(() -> node.wire().say(changed("six")))
                .assertNext(last -> assertThat(last.interrupted()).isFalse())
                .thenCancel()
                .verify();
        assertThat(node.attempts()).as("with growing pauses").isBetween(10, 100);
    }

    @Test
    void aStateThatDidNotChangeMeanwhileIsNoNews() {
        node.answering(get("one"));
        StepVerifier.create(subscriptions.follow(CONTRACT.id()))
                .expectNextCount(1)
                .then(node::go)
                .then(node::comeBack)
                .then(() -> time.advanceTimeBy(LONG))
                .then(() -> assertThat(node.wires()).hasSize(2))
                .then(() -> node.wire().say(changed("two")))
                .assertNext(next -> assertThat(next.interrupted()).isFalse())
                .thenCancel()
                .verify();
    }

    @Test
    void aNodeThatCannotBeReachedAtFirstIsAnError() {
        node.go();
        StepVerifier.create(texts()).verifyError(NodeUnreachableException.class);
        assertThat(node.attempts()).isEqualTo(1);
    }

    @Test
    void aRefusalAtFirstIsAnError() {
        node.answering(request ->
                List.of(new ClientError.ContractFailed(ClientError.Command.GET, CONTRACT.key(), "not this one")));
        StepVerifier.create(texts())
                .verifyErrorSatisfies(refused -> assertThat(refused)
                        .isInstanceOf(ContractRejectedException.class)
                        .hasMessageContaining("not this one"));
        assertThat(node.wire().ended()).isTrue();
    }

    @Test
    void aSilentNodeIsGivenUpAtTheDeadline() {
        StepVerifier.create(texts())
                .then(() -> time.advanceTimeBy(CONFIG.deadline()))
                .verifyErrorSatisfies(late ->
                        assertThat(late).isInstanceOf(NoAnswerException.class).hasMessageContaining("75000 ms"));
        assertThat(node.wire().ended()).isTrue();
    }

    @Test
    void silenceIsAllRightOnceTheSubscriptionStands() {
        node.answering(get("one"));
        StepVerifier.create(texts())
                .expectNext("one")
                .then(() -> time.advanceTimeBy(Duration.ofDays(1)))
                .then(() -> node.wire().say(changed("two")))
                .expectNext("two")
                .thenCancel()
                .verify();
        assertThat(node.wires()).hasSize(1);
    }

    @Test
    void aSubscriberThatAsksForLessIsShownTheLatestAndToldHowManyItWasNot() {
        node.answering(get("one"));
        StepVerifier.create(subscriptions.follow(CONTRACT.id()), 1)
                .assertNext(first -> assertThat(first.skipped()).isZero())
                .then(() -> List.of("two", "three", "four")
                        .forEach(text -> node.wire().say(changed(text))))
                .thenRequest(1)
                .assertNext(next -> {
                    assertThat(next.state()).isEqualTo(State.utf8("four"));
                    assertThat(next.skipped()).isEqualTo(2);
                })
                .thenCancel()
                .verify();
    }

    @Test
    void aChangeThatCannotBeUnderstoodMakesANewConnection() {
        node.answering(get("one"));
        StepVerifier.create(texts())
                .expectNext("one")
                .then(() -> node.answering(get("two")))
                .then(() -> node.wire()
                        .say(new ClientAnswer.UpdateNotification(
                                CONTRACT.key(),
                                new UpdatePayload.Delta(
                                        new StateDelta(State.utf8("d").bytes())))))
                .then(() -> time.advanceTimeBy(LONG))
                .expectNext("two")
                .thenCancel()
                .verify();
        assertThat(node.wires()).hasSize(2);
    }

    @Test
    void closingTheClientEndsThem() {
        node.answering(get("one"));
        StepVerifier.create(texts())
                .expectNext("one")
                .then(subscriptions::close)
                .verifyError(ClientClosedException.class);
        assertThat(node.wire().ended()).isTrue();
    }

    private Flux<String> texts() {
        return subscriptions
                .follow(CONTRACT.id())
                .map(update -> update.state().bytes().toUtf8());
    }

    private static Function<ClientRequest, List<ClientReply>> get(String state) {
        return request -> request instanceof ClientRequest.Get ? List.of(found(state)) : List.of();
    }
}
