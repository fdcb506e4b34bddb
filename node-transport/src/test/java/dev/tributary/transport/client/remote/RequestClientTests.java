package dev.tributary.transport.client.remote;

import static dev.tributary.transport.client.remote.ScriptedNode.CONFIG;
import static dev.tributary.transport.client.remote.ScriptedNode.CONTRACT;
import static dev.tributary.transport.client.remote.ScriptedNode.found;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.error.ContractNotFoundException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.ProtocolException;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class RequestClientTests {

    private static final ClientRequest GET = new ClientRequest.Get(CONTRACT.id(), false, false, false);

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final ScriptedNode node = new ScriptedNode();
    private final RequestClient requests =
            new RequestClient(CONFIG.withMaxConnections(2).withMaxPending(1), node, clock);

    @Test
    void sequentialRequestsShareAConnection() {
        node.replyWith(request -> List.of(found("state")));
        for (int i = 0; i < 5; i++) {
            StepVerifier.create(get()).expectNext(found("state")).verifyComplete();
        }
        assertThat(node.connections()).hasSize(1);
    }

    @Test
    void concurrentRequestsUseSeparateConnectionsAndOneMoreWaits() {
        StepVerifier.create(Mono.zip(get(), get(), get()))
                .then(() -> assertThat(node.connections()).hasSize(2))
                .then(() -> node.connections().get(0).reply(found("first")))
                .then(() -> node.connections().get(1).reply(found("second")))
                .then(() -> node.connections().get(0).reply(found("third")))
                .assertNext(all -> assertThat(all).containsExactly(found("first"), found("second"), found("third")))
                .verifyComplete();
    }

    @Test
    void requestIsRefusedImmediatelyWhenTheQueueIsFull() {
        StepVerifier.create(Mono.zip(get(), get(), get()).and(get()))
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(NodeBusyException.class)
                        .hasMessageContaining("requests of this client"));
    }

    @Test
    void requestTimeoutClosesItsConnection() {
        StepVerifier.create(get())
                .then(() -> clock.advanceTimeBy(CONFIG.deadline()))
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(RequestTimeoutException.class)
                        .hasMessageContaining("GET")
                        .hasMessageContaining(CONFIG.deadline().toMillis() + " ms"));
        assertThat(node.lastConnection().isClosed()).isTrue();
        StepVerifier.create(get())
                .then(() -> node.lastConnection().reply(found("state")))
                .expectNext(found("state"))
                .verifyComplete();
        assertThat(node.connections())
                .as("a late reply is not taken for the reply to another request")
                .hasSize(2);
    }

    @Test
    void cancellingClosesTheConnection() {
        StepVerifier.create(get())
                .then(() -> assertThat(node.lastConnection().isClosed()).isFalse())
                .thenCancel()
                .verify();
        assertThat(node.lastConnection().isClosed()).isTrue();
    }

    @Test
    void idleConnectionThatEndedIsNotReused() {
        node.replyWith(request -> List.of(found("state")));
        StepVerifier.create(get()).expectNextCount(1).verifyComplete();
        node.disconnect();
        node.reconnect();
        StepVerifier.create(get()).expectNextCount(1).verifyComplete();
        assertThat(node.connections()).hasSize(2);
    }

    @Test
    void closingTheClientClosesIdleConnections() {
        node.replyWith(request -> List.of(found("state")));
        StepVerifier.create(get()).expectNextCount(1).verifyComplete();
        StepVerifier.create(requests.close()).verifyComplete();
        assertThat(node.lastConnection().isClosed()).isTrue();
    }

    @Test
    void lostConnectionFailsItsRequest() {
        StepVerifier.create(get())
                .then(node::disconnect)
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                ConnectionLostException.class,
                                it -> assertThat(it.isRetryable()).isTrue()));
    }

    @Test
    void unreachableNodeIsAnError() {
        node.disconnect();
        StepVerifier.create(get()).verifyError(NodeUnreachableException.class);
    }

    @Test
    void errorsOfTheNodeAreMappedAndTheConnectionIsKept() {
        assertRefused(
                new ClientError.ContractFailed(ClientError.Command.PUT, CONTRACT.key(), "too old"),
                ContractRejectedException.class);
        assertRefused(
                new ClientError.ContractMissing(ClientError.MissingReason.CONTRACT, CONTRACT.id()),
                ContractNotFoundException.class);
        assertRefused(new ClientError.OperationError("no way"), NodeRefusedException.class);
        assertRefused(ClientError.Plain.EMPTY_RING, NodeRefusedException.class);
        assertThat(node.connections()).hasSize(1);
    }

    @Test
    void answerOfWrongKindClosesItsConnection() {
        node.replyWith(request -> List.of(new ClientAnswer.PutAnswer(CONTRACT.key())));
        StepVerifier.create(get())
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(ProtocolException.class)
                        .hasMessageContaining("PutAnswer"));
        assertThat(node.lastConnection().isClosed()).isTrue();
    }

    @Test
    void closedClientRefusesRequests() {
        StepVerifier.create(requests.close()).verifyComplete();
        StepVerifier.create(get()).verifyError(ClientClosedException.class);
    }

    private void assertRefused(ClientReply error, Class<? extends Throwable> kind) {
        node.replyWith(request -> List.of(error));
        StepVerifier.create(get()).verifyError(kind);
    }

    private Mono<ClientAnswer> get() {
        return requests.exchange("GET", GET, Set.of(ClientAnswer.GetAnswer.class));
    }
}
