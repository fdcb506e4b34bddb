package dev.tributary.transport.client;

import static dev.tributary.transport.client.TestServer.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.GrowOnlySet;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.test.MayDropSignals;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.NodeQuery;
import dev.tributary.transport.client.message.PackedContract;
import dev.tributary.transport.client.message.QueryAnswer;
import dev.tributary.transport.client.message.UpdatePayload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests and answers of clients, in both encodings. */
@MayDropSignals("signals in flight when the server closes have no receiver")
class SessionIntegrationTests {

    private static final Contract NOTE = LastWriterWins.named("note");

    @TempDir
    Path directory;

    private TestServer server;

    @BeforeEach
    void open() {
        server = TestServer.open(directory);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void putStateIsFoundWithItsContractOnRequest(ClientEncoding encoding) {
        State state = LastWriterWins.state(1, new byte[] {1, 2, 3});
        try (TestClient client = TestClient.connect(server, encoding)) {
            assertThat(client.request(put(NOTE, state, false))).isEqualTo(new ClientAnswer.PutAnswer(NOTE.key()));
            assertThat(client.request(get(NOTE.id(), false)))
                    .isEqualTo(new ClientAnswer.GetAnswer(NOTE.key(), Optional.empty(), state));
            assertThat(client.request(get(NOTE.id(), true)))
                    .isEqualTo(new ClientAnswer.GetAnswer(NOTE.key(), Optional.of(PackedContract.of(NOTE)), state));
        }
    }

    @ParameterizedTest
    @EnumSource
    void unknownContractIsNotFound(ClientEncoding encoding) {
        try (TestClient client = TestClient.connect(server, encoding)) {
            assertThat(client.request(get(NOTE.id(), false))).isEqualTo(new ClientAnswer.NotFound(NOTE.id()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void updateByStateOrDeltaReachesEverySubscriber(ClientEncoding encoding) {
        Contract set = GrowOnlySet.named("set");
        State first = setOf("a");
        try (TestClient writer = TestClient.connect(server, encoding);
                TestClient reader = TestClient.connect(server, encoding)) {
            writer.request(put(set, first, false));
            assertThat(reader.request(new ClientRequest.Subscribe(set.id(), Optional.empty())))
                    .isEqualTo(new ClientAnswer.SubscribeAnswer(set.key(), true));

            assertThat(writer.request(update(set.id(), new UpdatePayload.FullState(setOf("b")))))
                    .isInstanceOfSatisfying(
                            ClientAnswer.UpdateAnswer.class,
                            answer -> assertThat(answer.key()).isEqualTo(set.key()));
            assertThat(reader.next()).isEqualTo(notification(set, setOf("a", "b")));
            writer.request(update(
                    set.id(), new UpdatePayload.Delta(new StateDelta(setOf("c").bytes()))));
            assertThat(reader.next()).isEqualTo(notification(set, setOf("a", "b", "c")));
        }
        await().atMost(TIMEOUT).until(() -> server.server().status().subscriptions() == 0);
    }

    @ParameterizedTest
    @EnumSource
    void answerToAPutPrecedesItsNotification(ClientEncoding encoding) {
        State state = LastWriterWins.state(1, new byte[1]);
        try (TestClient client = TestClient.connect(server, encoding)) {
            for (boolean blocking : new boolean[] {false, true}) {
                Contract note = LastWriterWins.named("blocking " + blocking);
                client.send(new ClientRequest.Put(PackedContract.of(note), state, List.of(), true, blocking));
                assertThat(client.next()).isEqualTo(new ClientAnswer.PutAnswer(note.key()));
                assertThat(client.next()).isEqualTo(notification(note, state));
            }
            State next = LastWriterWins.state(2, new byte[2]);
            Contract note = LastWriterWins.named("blocking true");
            client.send(update(note.id(), new UpdatePayload.FullState(next)));
            assertThat(List.of(client.next(), client.next())).contains(notification(note, next));
        }
    }

    @ParameterizedTest
    @EnumSource
    void answerPrecedesItsNotificationForExistingSubscribers(ClientEncoding encoding) {
        try (TestClient client = TestClient.connect(server, encoding)) {
            client.request(put(NOTE, LastWriterWins.state(0, new byte[1]), false));
            client.request(new ClientRequest.Subscribe(NOTE.id(), Optional.empty()));
            for (int i = 1; i <= 50; i++) {
                State state = LastWriterWins.state(i, new byte[1]);
                boolean byPut = i % 2 == 0;
                client.send(byPut ? put(NOTE, state, false) : update(NOTE.id(), new UpdatePayload.FullState(state)));
                assertThat(client.next())
                        .isInstanceOf(byPut ? ClientAnswer.PutAnswer.class : ClientAnswer.UpdateAnswer.class);
                assertThat(client.next()).isEqualTo(notification(NOTE, state));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void getThatSubscribesReceivesLaterStates(ClientEncoding encoding) {
        State state = LastWriterWins.state(1, new byte[1]);
        State later = LastWriterWins.state(2, new byte[2]);
        try (TestClient client = TestClient.connect(server, encoding)) {
            client.request(put(NOTE, state, false));
            assertThat(client.request(new ClientRequest.Get(NOTE.id(), false, true, true)))
                    .isEqualTo(new ClientAnswer.GetAnswer(NOTE.key(), Optional.empty(), state));
            server.node().put(NOTE, later).block(TIMEOUT);
            assertThat(client.next()).isEqualTo(notification(NOTE, later));
        }
    }

    @ParameterizedTest
    @EnumSource
    void subscriptionSucceedsWhenTheContractIsPutMeanwhile(ClientEncoding encoding) {
        State state = LastWriterWins.state(1, new byte[1]);
        try (TestClient client = TestClient.connect(server, encoding)) {
            client.send(new ClientRequest.Subscribe(NOTE.id(), Optional.empty()));
            await().atMost(TIMEOUT).until(() -> server.server().status().subscriptions() == 1);
            server.node().put(NOTE, state).block(TIMEOUT);
            assertThat(client.next()).isEqualTo(new ClientAnswer.SubscribeAnswer(NOTE.key(), true));
        }
    }

    @ParameterizedTest
    @EnumSource
    void chunkedStateIsTransferredInBothDirections(ClientEncoding encoding) {
        byte[] content = new byte[3 << 20];
        new Random(1).nextBytes(content);
        State state = LastWriterWins.state(1, content);
        try (TestClient client = TestClient.connect(server, encoding)) {
            assertThat(client.request(put(NOTE, state, false))).isEqualTo(new ClientAnswer.PutAnswer(NOTE.key()));
            assertThat(client.request(get(NOTE.id(), false)))
                    .isEqualTo(new ClientAnswer.GetAnswer(NOTE.key(), Optional.empty(), state));
        }
    }

    @Test
    void rejectionNamesTheContractAndTheReason() {
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            assertThat(client.request(put(NOTE, State.of(new byte[1]), false)))
                    .isInstanceOfSatisfying(ClientError.ContractFailed.class, error -> {
                        assertThat(error.command()).isEqualTo(ClientError.Command.PUT);
                        assertThat(error.key()).isEqualTo(NOTE.key());
                        assertThat(error.cause()).contains("rejected");
                    });
        }
        try (TestClient client = TestClient.connect(server, ClientEncoding.FLATBUFFERS)) {
            assertThat(client.request(put(NOTE, State.of(new byte[1]), false)))
                    .isInstanceOfSatisfying(
                            ClientError.class, error -> assertThat(error.text()).contains("rejected"));
        }
    }

    @Test
    void updateOfAnUnknownContractFails() {
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            ClientRequest update = update(NOTE.id(), new UpdatePayload.FullState(LastWriterWins.state(1, new byte[1])));
            assertThat(client.request(update))
                    .isEqualTo(new ClientError.ContractMissing(ClientError.MissingReason.CONTRACT, NOTE.id()));
        }
    }

    @Test
    void updateOfARelatedContractIsRefused() {
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            assertThat(client.request(
                            update(NOTE.id(), new UpdatePayload.RelatedState(NOTE.id(), State.of(new byte[1])))))
                    .isInstanceOf(ClientError.OperationError.class);
        }
    }

    @Test
    void delegatesAreNotSupportedYet() {
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            byte[] unregister = new byte[8 + 64];
            unregister[4] = 2;
            client.sendBytes(unregister);
            assertThat(client.next())
                    .isInstanceOfSatisfying(
                            ClientError.DelegateFailed.class,
                            error -> assertThat(error.cause()).contains("not supported yet"));
        }
    }

    @Test
    void nodeQueriesAreAnswered() {
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            client.request(put(NOTE, LastWriterWins.state(1, new byte[1]), false));
            client.request(new ClientRequest.Subscribe(NOTE.id(), Optional.empty()));

            assertThat(client.request(new NodeQuery.ConnectedPeers()))
                    .isEqualTo(new QueryAnswer.ConnectedPeers(List.of()));
            assertThat(client.request(new NodeQuery.SubscriptionInfo()))
                    .isInstanceOfSatisfying(
                            QueryAnswer.NetworkDebug.class,
                            debug -> assertThat(debug.subscriptions())
                                    .extracting(QueryAnswer.Subscription::contract)
                                    .containsExactly(NOTE.id()));
            assertThat(client.request(new NodeQuery.NodeDiagnostics(true, true, true, List.of(), true, true, true)))
                    .isInstanceOfSatisfying(QueryAnswer.NodeDiagnostics.class, all -> {
                        assertThat(all.node().orElseThrow().id())
                                .isEqualTo(server.node().status().self().toString());
                        assertThat(all.node().orElseThrow().gateway())
                                .as("a node without configured gateways reports itself as a gateway")
                                .isTrue();
                        assertThat(all.contracts()).hasSize(1);
                        assertThat(all.system().orElseThrow().hostedContracts()).isEqualTo(1);
                    });
        }
    }

    @Test
    void nodeQueriesListStoredContractsWithoutSubscribers() {
        State state = LastWriterWins.state(1, new byte[100]);
        Contract followed = LastWriterWins.named("followed");
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            client.request(put(NOTE, state, false));
            client.request(put(followed, state, false));
            client.request(new ClientRequest.Subscribe(followed.id(), Optional.empty()));

            assertThat(contracts(client, List.of()))
                    .containsExactlyInAnyOrder(part(NOTE, 0, state), part(followed, 1, state));
            assertThat(contracts(
                            client,
                            List.of(NOTE.key(), LastWriterWins.named("unknown").key())))
                    .containsExactly(part(NOTE, 0, state));
            assertThat(client.request(new NodeQuery.NeighbourHosting()))
                    .isInstanceOfSatisfying(
                            QueryAnswer.NeighbourHosting.class,
                            all -> assertThat(all.hosted())
                                    .extracting(QueryAnswer.HostedPart::contract)
                                    .containsExactlyInAnyOrder(
                                            NOTE.id().toString(), followed.id().toString()));
        }
    }

    private static List<QueryAnswer.ContractPart> contracts(TestClient client, List<ContractKey> requested) {
        NodeQuery query = new NodeQuery.NodeDiagnostics(false, false, false, requested, false, false, false);
        return ((QueryAnswer.NodeDiagnostics) client.request(query)).contracts();
    }

    private static QueryAnswer.ContractPart part(Contract contract, int subscribers, State state) {
        int bytes = state.size() + contract.parameters().bytes().size();
        return new QueryAnswer.ContractPart(contract.id().toString(), subscribers, List.of(), bytes);
    }

    @ParameterizedTest
    @EnumSource
    void subscriberWithASummaryReceivesDeltas(ClientEncoding encoding) {
        Contract set = GrowOnlySet.named("summarised");
        try (TestClient writer = TestClient.connect(server, encoding);
                TestClient reader = TestClient.connect(server, encoding)) {
            writer.request(put(set, setOf("a"), false));
            StateSummary known = summary(writer, set, setOf("a"));
            reader.request(new ClientRequest.Subscribe(set.id(), Optional.of(known)));

            writer.request(update(set.id(), new UpdatePayload.FullState(setOf("b"))));
            assertThat(reader.next()).isEqualTo(missing(set, setOf("b")));
            writer.request(update(set.id(), new UpdatePayload.FullState(setOf("c"))));
            assertThat(reader.next())
                    .as("the delta is relative to the client's summary, not to later notifications")
                    .isEqualTo(missing(set, setOf("b", "c")));

            reader.request(new ClientRequest.Subscribe(set.id(), Optional.empty()));
            writer.request(update(set.id(), new UpdatePayload.FullState(setOf("d"))));
            assertThat(reader.next()).isEqualTo(notification(set, setOf("a", "b", "c", "d")));
        }
    }

    @Test
    void invalidSummaryIsAnsweredWithFullStates() {
        Contract set = GrowOnlySet.named("misunderstood");
        StateSummary invalid = new StateSummary(Bytes.wrap(new byte[] {-1, -1, -1}));
        try (TestClient writer = TestClient.connect(server, ClientEncoding.NATIVE);
                TestClient reader = TestClient.connect(server, ClientEncoding.NATIVE)) {
            writer.request(put(set, setOf("a"), false));
            reader.request(new ClientRequest.Subscribe(set.id(), Optional.of(invalid)));
            writer.request(update(set.id(), new UpdatePayload.FullState(setOf("b"))));
            assertThat(reader.next()).isEqualTo(notification(set, setOf("a", "b")));
        }
    }

    private static StateSummary summary(TestClient writer, Contract contract, State same) {
        ClientReply answer = writer.request(update(contract.id(), new UpdatePayload.FullState(same)));
        return ((ClientAnswer.UpdateAnswer) answer).summary();
    }

    private static ClientAnswer missing(Contract contract, State part) {
        return new ClientAnswer.UpdateNotification(
                contract.key(), new UpdatePayload.Delta(new StateDelta(part.bytes())));
    }

    @Test
    void unknownTokenIsRefusedAndTheSessionCloses() {
        for (ClientEncoding encoding : ClientEncoding.values()) {
            try (TestClient client = TestClient.connect(server, encoding, "stale")) {
                assertThat(client.next())
                        .isInstanceOfSatisfying(
                                ClientError.class,
                                error -> assertThat(error.text()).contains("AUTH_TOKEN_INVALID:"));
                assertThat(client.closeCode()).isEqualTo(4401);
            }
        }
    }

    @Test
    void authenticatingIsNotAnswered() {
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            client.send(new ClientRequest.Authenticate("token"));
            assertThat(client.request(get(NOTE.id(), false))).isEqualTo(new ClientAnswer.NotFound(NOTE.id()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void disconnectClosesTheSessionWithoutACode(ClientEncoding encoding) {
        try (TestClient client = TestClient.connect(server, encoding)) {
            client.request(put(NOTE, LastWriterWins.state(1, new byte[1]), false));
            client.request(new ClientRequest.Subscribe(NOTE.id(), Optional.empty()));
            client.send(new ClientRequest.Disconnect(Optional.of("bye")));
            assertThat(client.closeCode()).isEqualTo(1005);
            assertThat(client.unreadReplies()).isZero();
        }
        await().atMost(TIMEOUT).until(() -> server.server().status().sessions() == 0);
        assertThat(server.server().status().subscriptions()).isZero();
    }

    @Test
    void closeRequestIsAnsweredAndClosesTheSession() {
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            assertThat(client.request(new ClientRequest.Close())).isEqualTo(ClientError.Plain.DISCONNECT);
            assertThat(client.closeCode()).isEqualTo(1005);
        }
    }

    @Test
    void sessionOutlivesTheRequestTimeout() {
        Duration brief = Duration.ofMillis(200);
        try (TestServer impatient = TestServer.open(
                        directory,
                        config -> config.withConnections(
                                config.connections().withRequestTimeout(brief).withIdleTimeout(brief)));
                TestClient client = TestClient.connect(impatient, ClientEncoding.NATIVE)) {
            AtomicInteger polls = new AtomicInteger();
            await().pollInterval(Duration.ofMillis(100)).atMost(TIMEOUT).until(() -> polls.incrementAndGet() == 10);
            assertThat(client.request(get(NOTE.id(), false))).isEqualTo(new ClientAnswer.NotFound(NOTE.id()));
        }
    }

    @Test
    void putContinuesAfterItsClientDisconnects() {
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            client.send(put(NOTE, LastWriterWins.state(1, new byte[1]), false));
            client.send(new ClientRequest.Disconnect(Optional.empty()));
            client.closeCode();
        }
        await().atMost(TIMEOUT)
                .until(() -> server.node().status().contracts().store().contracts() == 1);
    }

    @ParameterizedTest
    @EnumSource
    void answersOfTheSameKindKeepTheOrderOfTheirRequests(ClientEncoding encoding) {
        try (TestClient client = TestClient.connect(server, encoding)) {
            client.request(put(NOTE, LastWriterWins.state(1, new byte[100_000]), false));
            Bytes zero = Bytes.wrap(new byte[32]);
            for (int i = 0; i < 100; i++) {
                client.send(get(i % 2 == 0 ? NOTE.id() : new ContractInstanceId(zero), false));
            }
            int found = 0;
            for (int i = 0; i < 100; i++) {
                ClientReply reply = client.next();
                found += reply instanceof ClientAnswer.GetAnswer ? 1 : 0;
                if (encoding == ClientEncoding.FLATBUFFERS) {
                    assertThat(reply instanceof ClientAnswer.GetAnswer)
                            .as("answer %d", i)
                            .isEqualTo(i % 2 == 0);
                }
            }
            assertThat(found).isEqualTo(50);
        }
    }

    @Test
    void clientsGetACloseCodeWhenTheServerCloses() {
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            client.request(get(NOTE.id(), false));
            server.server().close().block(TIMEOUT);
            assertThat(client.closeCode()).isEqualTo(1001);
        }
    }

    private static State setOf(String... elements) {
        return GrowOnlySet.state(Stream.of(elements).map(Bytes::utf8).toList());
    }

    static ClientRequest put(Contract contract, State state, boolean subscribe) {
        return new ClientRequest.Put(PackedContract.of(contract), state, List.of(), subscribe, false);
    }

    static ClientRequest get(ContractInstanceId id, boolean withContract) {
        return new ClientRequest.Get(id, withContract, false, false);
    }

    static ClientRequest update(ContractInstanceId id, UpdatePayload payload) {
        return new ClientRequest.Update(id, Optional.empty(), payload);
    }

    static ClientReply notification(Contract contract, State state) {
        return new ClientAnswer.UpdateNotification(contract.key(), new UpdatePayload.FullState(state));
    }
}
