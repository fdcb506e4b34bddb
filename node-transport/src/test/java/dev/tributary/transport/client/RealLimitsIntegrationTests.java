package dev.tributary.transport.client;

import static dev.tributary.transport.client.SessionIntegrationTests.get;
import static dev.tributary.transport.client.SessionIntegrationTests.put;
import static dev.tributary.transport.client.TestServer.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.test.MayDropSignals;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.TimeSource;
import dev.tributary.transport.client.codec.ChunkedMessages;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientReply;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.StreamChunk;
import dev.tributary.transport.client.session.SessionConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The limits of the client API at their real values: each is reached, and exceeded by one. */
@MayDropSignals("answers to a disconnected client have no receiver")
class RealLimitsIntegrationTests {

    private static final int MIB = 1 << 20;
    private static final long FRAME = 16L * MIB;
    private static final long LARGEST = 100L * MIB;
    private static final int CHUNK = 256 << 10;
    private static final int STATE = 50 * MIB;
    private static final Contract NOTE = LastWriterWins.named("note");

    @TempDir
    private Path directory;

    private TestServer server;

    @BeforeEach
    void open() {
        server = TestServer.open(directory);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void frameOf100MebibytesIsReadAndOneByteMoreIsRefusedInAnOpenSession() throws IOException {
        assumeTrue(SessionConfig.SharedLimits.defaults().assemblyBytes() / 4 * 3 > LARGEST, "the heap is too small");
        try (RawSocket client = RawSocket.upgraded(server.port(), path(ClientEncoding.NATIVE))) {
            client.sendZeros(true, true, LARGEST);
            assertThat(client.next()).isNotEmpty();
            client.sendZeros(true, true, LARGEST + 1);
            assertThat(ClientEncoding.NATIVE.codec().decodeAnswer(client.next()))
                    .isEqualTo(new ClientError.OperationError(
                            "too large: a message may have at most " + LARGEST + " bytes"));
            assertIsServed(client);
        }
        assertNothingIsLeft();
    }

    @Test
    void messageOf100MebibytesIsReadAndOneByteMoreIsRefusedInAnOpenSession() throws IOException {
        assumeTrue(SessionConfig.SharedLimits.defaults().assemblyBytes() / 4 * 3 > LARGEST, "the heap is too small");
        try (RawSocket client = RawSocket.upgraded(server.port(), path(ClientEncoding.NATIVE))) {
            sendZeros(client, LARGEST);
            assertThat(client.next()).isNotEmpty();
            sendZeros(client, LARGEST + 1);
            assertThat(client.next()).isNotEmpty();
            assertIsServed(client);
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void putOf20MebibytesInOneFrameIsStored(ClientEncoding encoding) throws IOException {
        ChunkedMessages messages = new ChunkedMessages(encoding, TimeSource.system());
        try (RawSocket client = RawSocket.upgraded(server.port(), path(encoding))) {
            client.send(encoding.codec().encodeRequest(put(NOTE, LastWriterWins.state(1, new byte[20 * MIB]), false)));
            assertThat(next(client, messages)).isEqualTo(new ClientAnswer.PutAnswer(NOTE.key()));
        }
        assertNothingIsLeft();
    }

    private static void assertIsServed(RawSocket client) throws IOException {
        ChunkedMessages messages = new ChunkedMessages(ClientEncoding.NATIVE, TimeSource.system());
        send(client, messages, get(NOTE.id(), false));
        assertThat(next(client, messages)).isEqualTo(new ClientAnswer.NotFound(NOTE.id()));
    }

    private static void sendZeros(RawSocket client, long size) throws IOException {
        long left = size;
        for (boolean first = true; left > 0; first = false) {
            long frame = Math.min(left, FRAME);
            left -= frame;
            client.sendZeros(first, left == 0, frame);
        }
    }

    @ParameterizedTest
    @EnumSource
    void messageOf256ChunksIsReadAndOneMoreIsRefused(ClientEncoding encoding) throws IOException {
        Bytes data = Bytes.wrap(new byte[CHUNK]);
        ChunkedMessages messages = new ChunkedMessages(encoding, TimeSource.system());
        try (RawSocket client = RawSocket.upgraded(server.port(), path(encoding))) {
            for (int i = 0; i < 256; i++) {
                send(client, messages, new StreamChunk(0, i, 256, data));
            }
            assertThat(next(client, messages)).isInstanceOf(ClientError.class);
            send(client, messages, new StreamChunk(1, 0, 257, data));
            assertThat(next(client, messages)).isInstanceOf(ClientError.class);
            send(client, messages, get(NOTE.id(), false));
            assertThat(next(client, messages)).isEqualTo(new ClientAnswer.NotFound(NOTE.id()));
        }
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource
    void stateOf50MebibytesIsStoredAndOneByteMoreIsRefused(ClientEncoding encoding) throws IOException {
        ChunkedMessages messages = new ChunkedMessages(encoding, TimeSource.system());
        try (RawSocket client = RawSocket.upgraded(server.port(), path(encoding))) {
            send(client, messages, put(NOTE, LastWriterWins.state(1, new byte[STATE - Long.BYTES]), false));
            assertThat(next(client, messages)).isEqualTo(new ClientAnswer.PutAnswer(NOTE.key()));
            send(client, messages, get(NOTE.id(), false));
            assertThat(next(client, messages))
                    .isInstanceOfSatisfying(
                            ClientAnswer.GetAnswer.class,
                            answer -> assertThat(answer.state().size()).isEqualTo(STATE));
            send(client, messages, put(NOTE, LastWriterWins.state(2, new byte[STATE - Long.BYTES + 1]), false));
            assertThat(next(client, messages)).isInstanceOf(ClientError.class);
        }
        assertNothingIsLeft();
    }

    private static String path(ClientEncoding encoding) {
        return "/v1/contract/command?encodingProtocol=" + encoding.label();
    }

    private static void send(RawSocket client, ChunkedMessages messages, ClientRequest request) throws IOException {
        for (byte[] each : messages.writeRequest(request)) {
            client.send(each);
        }
    }

    private static ClientReply next(RawSocket client, ChunkedMessages messages) throws IOException {
        Optional<ClientReply> reply = Optional.empty();
        while (reply.isEmpty()) {
            reply = messages.readReply(client.next());
        }
        return reply.get();
    }

    @Test
    void clientHas500SubscriptionsAndOneMoreIsRefused() {
        List<Contract> notes = new ArrayList<>();
        for (int i = 0; i <= 500; i++) {
            Contract contract = LastWriterWins.named("note " + i);
            server.node().put(contract, LastWriterWins.state(1, new byte[1])).block(TIMEOUT);
            notes.add(contract);
        }
        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE)) {
            for (Contract contract : notes.subList(0, 500)) {
                assertThat(subscribe(client, contract)).isInstanceOf(ClientAnswer.SubscribeAnswer.class);
            }
            assertThat(subscribe(client, notes.get(500))).isInstanceOf(ClientError.OperationError.class);
            assertThat(server.server().status().subscriptions()).isEqualTo(500);
        }
        assertNothingIsLeft();
    }

    @Test
    void contractHas256SubscribersAndOneMoreIsRefused() {
        server.node().put(NOTE, LastWriterWins.state(1, new byte[1])).block(TIMEOUT);
        List<TestClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 256; i++) {
                TestClient client = TestClient.connect(server, ClientEncoding.NATIVE);
                clients.add(client);
                assertThat(subscribe(client, NOTE)).isInstanceOf(ClientAnswer.SubscribeAnswer.class);
            }
            TestClient oneMore = TestClient.connect(server, ClientEncoding.NATIVE);
            clients.add(oneMore);
            assertThat(subscribe(oneMore, NOTE)).isInstanceOf(ClientError.OperationError.class);
        } finally {
            clients.forEach(TestClient::close);
        }
        assertNothingIsLeft();
    }

    private static ClientReply subscribe(TestClient client, Contract contract) {
        return client.request(new ClientRequest.Subscribe(contract.id(), Optional.empty()));
    }

    private void assertNothingIsLeft() {
        await().atMost(TIMEOUT)
                .until(() -> server.server().status().sessions() == 0
                        && server.server().status().heldBytes() == 0);
    }
}
