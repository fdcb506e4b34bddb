package dev.tributary.transport.client.remote;

import static dev.tributary.transport.client.remote.ScriptedNode.CONTRACT;
import static dev.tributary.transport.client.remote.ScriptedNode.changed;
import static dev.tributary.transport.client.remote.ScriptedNode.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientAnswer.GetAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.NodeQuery;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.QueryAnswer;
import dev.tributary.transport.client.message.UpdatePayload;
import dev.tributary.transport.client.remote.ProgressListener.Direction;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

@Timeout(180)
class NodeClientIntegrationTests {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Queue<NodeClient> clients = new ConcurrentLinkedQueue<>();

    @AfterEach
    void closeClients() {
        clients.forEach(client -> client.close().block(LIMIT));
    }

    @Test
    void stateIsPutFetchedAndUpdated() {
        StateSummary summary = new StateSummary(State.utf8("sum").bytes());
        try (ScriptedServer server = ScriptedServer.open(request -> {
            if (request instanceof ClientRequest.Put put) {
                return Flux.just(
                        new ClientAnswer.PutAnswer(put.contract().unpack().key()));
            }
            if (request instanceof ClientRequest.Get get) {
                return Flux.just(new GetAnswer(
                        CONTRACT.key(),
                        get.withContract() ? Optional.of(PackedContract.of(CONTRACT)) : Optional.empty(),
                        State.utf8("state")));
            }
            return Flux.just(new ClientAnswer.UpdateAnswer(CONTRACT.key(), summary));
        })) {
            NodeClient client = client(server.clientConfig());
            StepVerifier.create(client.put(CONTRACT, State.utf8("state")))
                    .expectNext(CONTRACT.key())
                    .verifyComplete();
            StepVerifier.create(client.get(CONTRACT.id()))
                    .expectNext((GetAnswer) found("state"))
                    .verifyComplete();
            StepVerifier.create(client.getWithContract(CONTRACT.id())
                            .map(found -> found.contract().orElseThrow().unpack()))
                    .expectNext(CONTRACT)
                    .verifyComplete();
            StateDelta delta = new StateDelta(State.utf8("delta").bytes());
            StepVerifier.create(client.update(CONTRACT.id(), new StateChange.Delta(delta)))
                    .assertNext(receipt -> assertThat(receipt.summary()).isEqualTo(summary))
                    .verifyComplete();
            assertThat(server.requests())
                    .last()
                    .satisfies(update -> assertThat(((ClientRequest.Update) update).payload())
                            .isEqualTo(new UpdatePayload.Delta(delta)));
            StepVerifier.create(client.fetchPage("/status"))
                    .expectNext("{\"ok\":true}")
                    .verifyComplete();
        }
    }

    @Test
    void missingContractIsEmpty() {
        try (ScriptedServer server = answering(request -> new ClientAnswer.NotFound(CONTRACT.id()))) {
            StepVerifier.create(client(server.clientConfig()).get(CONTRACT.id()))
                    .verifyComplete();
        }
    }

    @Test
    void nodeQueryIsAnswered() {
        QueryAnswer.ConnectedPeers noPeers = new QueryAnswer.ConnectedPeers(List.of());
        try (ScriptedServer server = answering(request -> noPeers)) {
            StepVerifier.create(client(server.clientConfig())
                            .query(new NodeQuery.ConnectedPeers(), QueryAnswer.ConnectedPeers.class))
                    .expectNext(noPeers)
                    .verifyComplete();
        }
    }

    @Test
    void largeStateIsSentInChunksBothWaysAndProgressIsReported() {
        State large = State.of(new byte[2_000_000]);
        Queue<Long> sent = new ConcurrentLinkedQueue<>();
        Queue<Long> received = new ConcurrentLinkedQueue<>();
        ProgressListener progress = (direction, done, total) -> {
            assertThat(done).isBetween(1L, total);
            (direction == Direction.TO_NODE ? sent : received).add(done);
        };
        try (ScriptedServer server = answering(request -> request instanceof ClientRequest.Put put
                ? new ClientAnswer.PutAnswer(put.contract().unpack().key())
                : new GetAnswer(CONTRACT.key(), Optional.empty(), large))) {
            NodeClient client = client(server.clientConfig().withProgressListener(progress));
            StepVerifier.create(client.put(CONTRACT, large)).expectNextCount(1).verifyComplete();
            assertThat(server.requests())
                    .singleElement()
                    .satisfies(
                            put -> assertThat(((ClientRequest.Put) put).state()).isEqualTo(large));
            StepVerifier.create(client.get(CONTRACT.id()))
                    .assertNext(found -> assertThat(found.state()).isEqualTo(large))
                    .verifyComplete();
        }
        assertThat(List.copyOf(sent))
                .hasSize(8)
                .isSorted()
                .last()
                .satisfies(done -> assertThat(done).isGreaterThan(2_000_000));
        assertThat(List.copyOf(received)).hasSizeGreaterThan(5).isSorted();
    }

    @Test
    void tooLargeStateIsNotSent() {
        try (ScriptedServer server = answering(request -> new ClientAnswer.PutAnswer(CONTRACT.key()))) {
            State huge = State.of(new byte[70 << 20]);
            StepVerifier.create(client(server.clientConfig()).put(CONTRACT, huge))
                    .verifyError(PayloadTooLargeException.class);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void errorIsReportedAndTheNextRequestIsServed() {
        try (ScriptedServer server = answering(request -> request instanceof ClientRequest.Put
                ? new ClientError.ContractFailed(ClientError.Command.PUT, CONTRACT.key(), "too old")
                : found("state"))) {
            NodeClient client = client(server.clientConfig());
            StepVerifier.create(client.put(CONTRACT, State.utf8("old")))
                    .verifyErrorSatisfies(refused -> assertThat(refused)
                            .isInstanceOf(ContractRejectedException.class)
                            .hasMessageContaining("too old"));
            StepVerifier.create(client.get(CONTRACT.id())).expectNextCount(1).verifyComplete();
        }
    }

    @Test
    void errorForUnreachableNodeNamesItsUrl() {
        URI unusedUrl;
        try (ScriptedServer server = answering(request -> found("state"))) {
            unusedUrl = server.address();
        }
        StepVerifier.create(client(NodeClientConfig.of(unusedUrl)).get(CONTRACT.id()))
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(NodeUnreachableException.class)
                        .hasMessageContaining(unusedUrl.toString()));
        StepVerifier.create(client(NodeClientConfig.of(unusedUrl)).fetchPage("/status"))
                .verifyError(NodeUnreachableException.class);
    }

    @Test
    void serverWithoutClientApiIsReportedAsUnreachable() {
        try (ScriptedServer server = answering(request -> found("state"))) {
            NodeClientConfig otherPath = NodeClientConfig.of(URI.create(server.address() + "/elsewhere"));
            StepVerifier.create(client(otherPath).get(CONTRACT.id())).verifyError(NodeUnreachableException.class);
        }
    }

    @Test
    void cancellingClosesTheSession() {
        try (ScriptedServer server = ScriptedServer.open(request -> Flux.never())) {
            StepVerifier.create(client(server.clientConfig()).get(CONTRACT.id()))
                    .then(() ->
                            await().atMost(LIMIT).until(() -> !server.requests().isEmpty()))
                    .then(() -> assertThat(server.sessions()).isEqualTo(1))
                    .thenCancel()
                    .verify();
            await().atMost(LIMIT).until(() -> server.sessions() == 0);
        }
    }

    @Test
    void nodeFailureDuringARequestIsAnError() {
        ScriptedServer server = ScriptedServer.open(request -> Flux.never());
        StepVerifier.create(client(server.clientConfig()).get(CONTRACT.id()))
                .then(() -> await().atMost(LIMIT).until(() -> !server.requests().isEmpty()))
                .then(server::close)
                .verifyError(ConnectionLostException.class);
    }

    @Test
    void subscriberReconnectsToARestartedNode() {
        Sinks.Many<ClientReply> changes = Sinks.many().replay().all();
        Sinks.Many<ClientReply> later = Sinks.many().replay().all();
        ScriptedServer first = ScriptedServer.open(request -> changes.asFlux().startWith(found("one")));
        NodeClient client = client(first.clientConfig()
                .withBackoff(new NodeClientConfig.Backoff(Duration.ofMillis(10), Duration.ofMillis(100))));
        try (RestartedServer second = new RestartedServer()) {
            StepVerifier.create(client.subscribe(CONTRACT.id()))
                    .assertNext(update -> assertThat(update.state()).isEqualTo(State.utf8("one")))
                    .then(() -> changes.tryEmitNext(changed("two")).orThrow())
                    .assertNext(update -> assertThat(update.state()).isEqualTo(State.utf8("two")))
                    .then(first::close)
                    .then(() -> second.server =
                            first.reopen(request -> later.asFlux().startWith(found("three"))))
                    .assertNext(update -> {
                        assertThat(update.state()).isEqualTo(State.utf8("three"));
                        assertThat(update.interrupted()).isTrue();
                    })
                    .then(() -> later.tryEmitNext(changed("four")).orThrow())
                    .assertNext(update -> {
                        assertThat(update.state()).isEqualTo(State.utf8("four"));
                        assertThat(update.interrupted()).isFalse();
                    })
                    .thenCancel()
                    .verify(LIMIT);
            await().atMost(LIMIT).until(() -> second.server().sessions() == 0);
        }
    }

    @Test
    void subscriberReceivesLargeStates() {
        State large = State.of(new byte[2_000_000]);
        ClientReply change = new ClientAnswer.UpdateNotification(CONTRACT.key(), new UpdatePayload.FullState(large));
        try (ScriptedServer server = ScriptedServer.open(request -> Flux.just(found("one"), change))) {
            StepVerifier.create(client(server.clientConfig())
                            .subscribe(CONTRACT.id())
                            .map(RemoteUpdate::state))
                    .expectNext(State.utf8("one"), large)
                    .thenCancel()
                    .verify(LIMIT);
        }
    }

    @Test
    void connectionWithoutIncomingDataIsClosed() {
        try (ScriptedServer server = ScriptedServer.open(request -> Flux.never())) {
            NodeClientConfig shortTimeout =
                    server.clientConfig().withConnectTimeout(LIMIT).withReadTimeout(Duration.ofMillis(200));
            StepVerifier.create(client(shortTimeout).get(CONTRACT.id()))
                    .verifyErrorSatisfies(failure -> assertThat(failure)
                            .isInstanceOf(ConnectionLostException.class)
                            .hasMessageContaining("200 ms"));
        }
    }

    @Test
    void closingTheClientEndsEverything() {
        try (ScriptedServer server = answering(request -> found("one"))) {
            NodeClient client = client(server.clientConfig());
            StepVerifier.create(client.subscribe(CONTRACT.id()))
                    .expectNextCount(1)
                    .then(() -> client.close().block(LIMIT))
                    .verifyError(ClientClosedException.class);
            await().atMost(LIMIT).until(() -> server.sessions() == 0);
            StepVerifier.create(client.get(CONTRACT.id())).verifyError(ClientClosedException.class);
        }
    }

    @Test
    void invalidUrlIsRefusedWithTheAllowedForm() {
        for (String invalid : List.of("nonsense", "ftp://127.0.0.1", "ws://", "ws://host/?a=b", "ws://bad host:1")) {
            assertThatThrownBy(() -> NodeClientConfig.parse(invalid))
                    .as(invalid)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(invalid)
                    .hasMessageContaining("ws://HOST:PORT");
        }
        assertThat(NodeClientConfig.parse("HTTPS://node.example/secret/").commandUrl())
                .isEqualTo(URI.create("wss://node.example/secret/v1/contract/command?encodingProtocol=native"));
    }

    private static ScriptedServer answering(Function<ClientRequest, ClientReply> script) {
        return ScriptedServer.open(request -> Mono.just(script.apply(request)).concatWith(Mono.never()));
    }

    private NodeClient client(NodeClientConfig config) {
        NodeClient client = NodeClient.open(config);
        clients.add(client);
        return client;
    }

    /** A server that is opened later. */
    private static final class RestartedServer implements AutoCloseable {

        private @Nullable ScriptedServer server;

        ScriptedServer server() {
            return Objects.requireNonNull(server);
        }

        @Override
        public void close() {
            if (server != null) {
                server.close();
            }
        }
    }
}
