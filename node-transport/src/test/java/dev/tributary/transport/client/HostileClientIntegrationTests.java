package dev.tributary.transport.client;

import static dev.tributary.transport.client.SessionIntegrationTests.get;
import static dev.tributary.transport.client.SessionIntegrationTests.notification;
import static dev.tributary.transport.client.SessionIntegrationTests.put;
import static dev.tributary.transport.client.TestServer.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.test.MayDropSignals;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.StreamChunk;
import dev.tributary.transport.client.session.SessionConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Misbehaving, greedy, slow and many clients: none of them affects another. */
@MayDropSignals("answers to a disconnected client have no receiver")
class HostileClientIntegrationTests {

    private static final Contract NOTE = LastWriterWins.named("note");

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void invalidBytesAreAnsweredAndTheSessionContinues(ClientEncoding encoding) {
        try (TestServer server = TestServer.open(directory);
                TestClient client = TestClient.connect(server, encoding)) {
            for (byte[] bad : new byte[][] {{}, {1}, {9, 0, 0, 0}, new byte[3], {-1, -1, -1, -1, 0, 0, 0, 0}}) {
                client.sendBytes(bad);
                assertThat(client.next()).isInstanceOf(ClientError.class);
            }
            client.sendText("good day");
            assertThat(client.next()).isInstanceOf(ClientError.class);
            assertThat(client.request(get(NOTE.id(), false))).isEqualTo(new ClientAnswer.NotFound(NOTE.id()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void invalidChunksAreAnsweredInTheEncodingOfTheSession(ClientEncoding encoding) {
        try (TestServer server = TestServer.open(directory);
                TestClient client = TestClient.connect(server, encoding)) {
            Bytes data = Bytes.wrap(new byte[10]);
            for (StreamChunk bad : List.of(
                    new StreamChunk(0, 0, 0, data), new StreamChunk(0, 0, 257, data), new StreamChunk(0, 2, 2, data))) {
                assertThat(client.request(bad)).isInstanceOf(ClientError.class);
            }
            for (int i = 0; i < 8; i++) {
                client.send(new StreamChunk(i, 0, 2, data));
            }
            assertThat(client.request(new StreamChunk(8, 0, 2, data))).isInstanceOf(ClientError.class);
            assertThat(client.request(new StreamChunk(0, 0, 2, data))).isInstanceOf(ClientError.class);
            assertThat(client.request(get(NOTE.id(), false))).isEqualTo(new ClientAnswer.NotFound(NOTE.id()));
        }
    }

    @Test
    void messageAtTheLimitIsReadAndOneByteMoreIsRefusedInAnOpenSession() {
        SessionConfig small = SessionConfig.defaults().withMessages(new SessionConfig.MessageLimits(1000));
        try (TestServer server = TestServer.open(directory, config -> config.withSessions(small))) {
            try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
                client.sendPart(new byte[600], false);
                client.sendPart(new byte[400], true);
                assertThat(client.next())
                        .isInstanceOf(ClientError.class)
                        .isNotInstanceOf(ClientError.OperationError.class);
                client.sendPart(new byte[600], false);
                client.sendPart(new byte[401], true);
                assertThat(client.next()).isInstanceOf(ClientError.OperationError.class);
                client.sendPart(new byte[1001], true);
                assertThat(client.next()).isInstanceOf(ClientError.OperationError.class);
                assertThat(client.request(get(NOTE.id(), false))).isEqualTo(new ClientAnswer.NotFound(NOTE.id()));
            }
            await().atMost(TIMEOUT).until(() -> server.server().status().sessions() == 0);
        }
    }

    @Test
    void partialMessagesOfAllClientsAreBoundedAndRefusedInOpenSessions() throws IOException {
        SessionConfig tight = SessionConfig.defaults()
                .withShared(SessionConfig.SharedLimits.defaults().withAssemblyBytes(8 << 20));
        byte[] half = new byte[3 << 20];
        try (TestServer server = TestServer.open(directory, config -> config.withSessions(tight));
                TestClient other = TestClient.connect(server, ClientEncoding.NATIVE)) {
            List<TestClient> greedy = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                TestClient client = TestClient.connect(server, ClientEncoding.NATIVE);
                greedy.add(client);
                client.sendPart(half, false);
            }
            await().atMost(TIMEOUT)
                    .until(() ->
                            greedy.stream().mapToInt(TestClient::unreadReplies).sum() >= 1);
            assertThat(server.server().status().heldBytes()).isLessThanOrEqualTo(8 << 20);
            assertThat(greedy).noneMatch(TestClient::isClosed);
            assertThat(other.request(put(NOTE, LastWriterWins.state(1, new byte[1000]), false)))
                    .isInstanceOf(ClientAnswer.class);
            greedy.forEach(TestClient::close);
            await().atMost(TIMEOUT).until(() -> server.server().status().sessions() == 1);

            try (RawSocket endless =
                    RawSocket.upgraded(server.port(), "/v1/contract/command?encodingProtocol=native")) {
                endless.write(RawSocket.header(0x82, 1L << 40));
                endless.write(new byte[16 << 20]);
                assertThat(ClientEncoding.NATIVE.codec().decodeAnswer(endless.next()))
                        .isInstanceOfSatisfying(
                                ClientError.OperationError.class,
                                error -> assertThat(error.cause()).startsWith("too large: "));
                assertThat(server.server().status().heldBytes()).isZero();
            }
            assertThat(other.request(put(NOTE, LastWriterWins.state(2, half), false)))
                    .isInstanceOf(ClientAnswer.class);
        }
    }

    @Test
    void clientThatReadsNothingIsDisconnectedWithoutAffectingOthers() {
        SessionConfig impatient = SessionConfig.defaults()
                .withKeepAlive(new SessionConfig.KeepAlive(Duration.ofSeconds(30), Duration.ofMillis(500)));
        State large = LastWriterWins.state(1, new byte[8 << 20]);
        try (TestServer server = TestServer.open(directory, config -> config.withSessions(impatient));
                TestClient other = TestClient.connect(server, ClientEncoding.NATIVE)) {
            server.node().put(NOTE, large).block(TIMEOUT);
            try (TestClient slow = TestClient.notReading(server, ClientEncoding.NATIVE)) {
                for (int i = 0; i < 20; i++) {
                    slow.send(get(NOTE.id(), false));
                }
                assertThat(other.request(get(LastWriterWins.named("other").id(), false)))
                        .isInstanceOf(ClientAnswer.NotFound.class);
                await().atMost(TIMEOUT).until(() -> server.server().status().sessions() == 1);
            }
            assertThat(other.request(get(NOTE.id(), false))).isInstanceOf(ClientAnswer.GetAnswer.class);
        }
    }

    @Test
    void slowReaderGetsTheLatestState() {
        try (TestServer server = TestServer.open(directory);
                TestClient slow = TestClient.notReading(server, ClientEncoding.NATIVE)) {
            server.node().put(NOTE, LastWriterWins.state(0, new byte[1 << 20])).block(TIMEOUT);
            slow.send(new ClientRequest.Subscribe(NOTE.id(), Optional.empty()));
            await().atMost(TIMEOUT).until(() -> server.server().status().subscriptions() == 1);
            State last = LastWriterWins.state(0, new byte[0]);
            for (int i = 1; i <= 60; i++) {
                last = LastWriterWins.state(i, new byte[1 << 20]);
                server.node().put(NOTE, last).block(TIMEOUT);
            }

            slow.startReading();

            assertThat(slow.next()).isEqualTo(new ClientAnswer.SubscribeAnswer(NOTE.key(), true));
            int shown = 1;
            for (ClientReply reply = slow.next(); !reply.equals(notification(NOTE, last)); reply = slow.next()) {
                shown++;
            }
            assertThat(shown).isLessThan(60);
        }
    }

    @Test
    void unreadLargeNotificationsAreBoundedAndDoNotBlockOtherClients() throws IOException {
        SessionConfig tight = SessionConfig.defaults()
                .withQueuedBytes(1 << 20)
                .withShared(SessionConfig.SharedLimits.defaults().withAnswerBytes(16 << 20))
                .withKeepAlive(new SessionConfig.KeepAlive(Duration.ofSeconds(30), Duration.ofMillis(500)));
        try (TestServer server = TestServer.open(directory, config -> config.withSessions(tight));
                TestClient reader = TestClient.connect(server, ClientEncoding.NATIVE)) {
            server.node().put(NOTE, LastWriterWins.state(0, new byte[10])).block(TIMEOUT);
            List<RawSocket> slow = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                RawSocket client =
                        RawSocket.upgraded(server.port(), "/v1/contract/command?encodingProtocol=native", 4096);
                slow.add(client);
                client.send(ClientEncoding.NATIVE.codec().encodeRequest(subscribe(NOTE)));
            }
            await().atMost(TIMEOUT).until(() -> server.server().status().subscriptions() == 4);
            // Far more than the socket buffers of a client that does not read.
            State large = LastWriterWins.state(1, new byte[12 << 20]);
            server.node().put(NOTE, large).block(TIMEOUT);
            await().atMost(TIMEOUT).until(() -> server.server().status().heldBytes() > 0);
            assertThat(reader.request(subscribe(NOTE))).isInstanceOf(ClientAnswer.SubscribeAnswer.class);
            State larger = LastWriterWins.state(2, new byte[12 << 20]);
            server.node().put(NOTE, larger).block(TIMEOUT);

            ClientReply shown = null;
            while (!notification(NOTE, larger).equals(shown)) {
                assertThat(server.server().status().heldBytes()).isLessThanOrEqualTo(16 << 20);
                shown = reader.next();
            }
            for (RawSocket client : slow) {
                client.close();
            }
        }
    }

    @Test
    void unreadAnswersBeyondTheSharedBudgetBecomeErrors() {
        SessionConfig tight = SessionConfig.defaults()
                .withQueuedBytes(1 << 20)
                .withShared(SessionConfig.SharedLimits.defaults().withAnswerBytes(4 << 20));
        try (TestServer server = TestServer.open(directory, config -> config.withSessions(tight));
                TestClient greedy = TestClient.connect(server, ClientEncoding.NATIVE)) {
            server.node().put(NOTE, LastWriterWins.state(1, new byte[5 << 20])).block(TIMEOUT);
            assertThat(greedy.request(get(NOTE.id(), false)))
                    .isInstanceOfSatisfying(
                            ClientError.OperationError.class,
                            error -> assertThat(error.cause()).contains("exceeds the budget of unread answers"));
        }
    }

    @Test
    void payloadsOfRunningRequestsAreBounded() {
        SessionConfig tight = SessionConfig.defaults()
                .withShared(SessionConfig.SharedLimits.defaults().withRequestBytes(10_000));
        try (TestServer server = TestServer.open(directory, config -> config.withSessions(tight));
                TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            assertThat(client.request(put(NOTE, LastWriterWins.state(1, new byte[20_000]), false)))
                    .isInstanceOfSatisfying(
                            ClientError.OperationError.class,
                            error -> assertThat(error.cause()).startsWith("busy: "));
            for (int i = 0; i < 10; i++) {
                assertThat(client.request(put(NOTE, LastWriterWins.state(i, new byte[5000]), false)))
                        .isInstanceOf(ClientAnswer.PutAnswer.class);
            }
        }
    }

    @Test
    void subscriptionBeyondTheLimitIsRefused() {
        SessionConfig few = SessionConfig.defaults()
                .withSubscriptions(SessionConfig.SubscriptionLimits.defaults()
                        .withMaxPerSession(2)
                        .withMaxPerContract(2));
        try (TestServer server = TestServer.open(directory, config -> config.withSessions(few));
                TestClient first = TestClient.connect(server, ClientEncoding.NATIVE);
                TestClient second = TestClient.connect(server, ClientEncoding.NATIVE);
                TestClient third = TestClient.connect(server, ClientEncoding.NATIVE)) {
            List<Contract> notes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                notes.add(LastWriterWins.named("note " + i));
                server.node()
                        .put(notes.get(i), LastWriterWins.state(1, new byte[1]))
                        .block(TIMEOUT);
            }
            assertThat(first.request(subscribe(notes.get(0)))).isInstanceOf(ClientAnswer.SubscribeAnswer.class);
            assertThat(first.request(subscribe(notes.get(0)))).isInstanceOf(ClientAnswer.SubscribeAnswer.class);
            assertThat(first.request(subscribe(notes.get(1)))).isInstanceOf(ClientAnswer.SubscribeAnswer.class);
            assertThat(first.request(subscribe(notes.get(2))))
                    .isEqualTo(limitError(notes.get(2), "this client is subscribed to 2"));
            assertThat(second.request(subscribe(notes.get(0)))).isInstanceOf(ClientAnswer.SubscribeAnswer.class);
            assertThat(third.request(subscribe(notes.get(0))))
                    .isEqualTo(limitError(notes.get(0), "2 clients are subscribed to it"));
        }
    }

    @Test
    void subscriptionThatFindsNoContractInTimeFails() {
        SessionConfig impatient = SessionConfig.defaults()
                .withSubscriptions(SessionConfig.SubscriptionLimits.defaults().withTimeout(Duration.ofMillis(100)));
        try (TestServer server = TestServer.open(directory, config -> config.withSessions(impatient));
                TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            assertThat(client.request(subscribe(NOTE)))
                    .isInstanceOfSatisfying(
                            ClientError.OperationError.class,
                            error -> assertThat(error.cause())
                                    .contains("SUBSCRIBE", NOTE.id().toString(), "within 100 ms"));
            assertThat(server.server().status().subscriptions()).isZero();
        }
    }

    @Test
    void pingsAreSentPeriodically() {
        SessionConfig frequentPings = SessionConfig.defaults()
                .withKeepAlive(new SessionConfig.KeepAlive(Duration.ofMillis(50), Duration.ofSeconds(30)));
        try (TestServer server = TestServer.open(directory, config -> config.withSessions(frequentPings));
                TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            await().atMost(TIMEOUT).until(() -> client.pings() >= 3);
            client.socket().sendPing(ByteBuffer.wrap(new byte[] {1})).join();
            assertThat(client.request(get(NOTE.id(), false))).isEqualTo(new ClientAnswer.NotFound(NOTE.id()));
        }
    }

    @Test
    void lostClientLeavesNoState() {
        try (TestServer server = TestServer.open(directory)) {
            server.node().put(NOTE, LastWriterWins.state(1, new byte[1])).block(TIMEOUT);
            try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
                client.request(subscribe(NOTE));
                client.send(subscribe(LastWriterWins.named("missing")));
                client.sendPart(new byte[100], false);
                await().atMost(TIMEOUT).until(() -> server.server().status().subscriptions() == 2);
            }
            await().atMost(TIMEOUT)
                    .until(() -> server.server().status().sessions() == 0
                            && server.server().status().subscriptions() == 0);
        }
    }

    @Test
    void thousandConcurrentClientsAreServed() {
        try (TestServer server = TestServer.open(directory)) {
            server.node().put(NOTE, LastWriterWins.state(1, new byte[100])).block(TIMEOUT);
            List<TestClient> clients = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                clients.add(
                        TestClient.connect(server, i % 2 == 0 ? ClientEncoding.NATIVE : ClientEncoding.FLATBUFFERS));
            }
            await().atMost(TIMEOUT).until(() -> server.server().status().sessions() == 1000);
            clients.forEach(client -> client.send(get(NOTE.id(), false)));
            clients.forEach(client -> assertThat(client.next()).isInstanceOf(ClientAnswer.GetAnswer.class));
            clients.forEach(TestClient::close);
            await().atMost(TIMEOUT).until(() -> server.server().status().sessions() == 0);
        }
    }

    @Test
    void everyRequestOfAFloodIsAnswered() {
        try (TestServer server = TestServer.open(directory);
                TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            assertThat(client.request(put(NOTE, LastWriterWins.state(1, new byte[10]), false)))
                    .isInstanceOf(ClientAnswer.PutAnswer.class);
            for (int i = 0; i < 3000; i++) {
                client.send(get(NOTE.id(), false));
            }
            for (int i = 0; i < 3000; i++) {
                assertThat(client.next()).isInstanceOf(ClientAnswer.GetAnswer.class);
            }
        }
    }

    @Test
    void invalidFramesCloseOnlyTheirSession() throws IOException {
        try (TestServer server = TestServer.open(directory);
                TestClient other = TestClient.connect(server, ClientEncoding.NATIVE)) {
            for (byte[] invalidFrame : new byte[][] {
                {(byte) 0x82, 1, 0},
                {(byte) 0x80, (byte) 0x80, 0, 0, 0, 0},
                {(byte) 0x89, (byte) 0xfe, 1, 0, 0, 0, 0, 0},
                {(byte) 0x82, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
            }) {
                try (Socket socket = upgraded(server)) {
                    socket.getOutputStream().write(invalidFrame);
                    assertThat(isClosedByServer(socket)).isTrue();
                }
            }
            assertThat(other.request(get(NOTE.id(), false))).isEqualTo(new ClientAnswer.NotFound(NOTE.id()));
            await().atMost(TIMEOUT).until(() -> server.server().status().sessions() == 1);
        }
    }

    private static Socket upgraded(TestServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout((int) TIMEOUT.toMillis());
        String request = "GET /v1/contract/command HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 101");
        return socket;
    }

    /** Reads to the end. Returns true if the server closes the connection. */
    private static boolean isClosedByServer(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static ClientRequest subscribe(Contract contract) {
        return new ClientRequest.Subscribe(contract.id(), Optional.empty());
    }

    private static ClientError limitError(Contract contract, String reason) {
        return new ClientError.OperationError("failed to subscribe for contract " + contract.id() + ", reason: "
                + reason + (reason.startsWith("this") ? " contracts" : "") + ", which is the limit");
    }
}
