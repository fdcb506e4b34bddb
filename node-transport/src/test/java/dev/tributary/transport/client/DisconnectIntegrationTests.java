package dev.tributary.transport.client;

import static dev.tributary.transport.client.TestServer.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that disconnect with more requests than the server runs concurrently: the queued ones are discarded. */
class DisconnectIntegrationTests {

    private static final int MORE_THAN_CONCURRENT = 200;

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

    /** The way in which a client disconnects. */
    enum Disconnect {
        DISCONNECT,
        CLOSE_FRAME,
        END_OF_STREAM,
        RESET
    }

    @ParameterizedTest
    @EnumSource
    void queuedRequestsAreDiscardedOnDisconnect(Disconnect disconnect) throws IOException {
        try (RawSocket client = RawSocket.upgraded(server.port(), "/v1/contract/command?encodingProtocol=native")) {
            for (int i = 0; i < MORE_THAN_CONCURRENT; i++) {
                client.send(encode(new ClientRequest.Subscribe(
                        LastWriterWins.named("missing " + i).id(), Optional.empty())));
            }
            await().atMost(TIMEOUT).until(() -> server.server().status().subscriptions() >= 60);
            switch (disconnect) {
                case DISCONNECT -> client.send(encode(new ClientRequest.Disconnect(Optional.empty())));
                case CLOSE_FRAME -> client.write(RawSocket.header(0x88, 0));
                case END_OF_STREAM -> client.shutOutput();
                case RESET -> client.reset();
            }
            if (disconnect == Disconnect.DISCONNECT || disconnect == Disconnect.CLOSE_FRAME) {
                // The server does not read the close message while the maximum number of requests is running.
                client.shutOutput();
            }
            assertNothingIsLeft();
        }
    }

    @Test
    void halfOpenConnectionIsClosed() throws IOException {
        try (RawSocket client = RawSocket.upgraded(server.port(), "/v1/contract/command?encodingProtocol=native")) {
            await().atMost(TIMEOUT).until(() -> server.server().status().sessions() == 1);
            client.shutOutput();
            assertThat(client.closeCode()).isIn(-1, 1005);
            assertNothingIsLeft();
        }
    }

    private void assertNothingIsLeft() {
        await().atMost(TIMEOUT).untilAsserted(() -> {
            ApiServerStatus status = server.server().status();
            assertThat(status.connections()).isZero();
            assertThat(status.sessions()).isZero();
            assertThat(status.subscriptions()).isZero();
            assertThat(status.heldBytes()).isZero();
            assertThat(server.node().status().contracts().subscriptions().subscribers())
                    .isZero();
        });
    }

    private static byte[] encode(ClientRequest request) {
        return ClientEncoding.NATIVE.codec().encodeRequest(request);
    }
}
