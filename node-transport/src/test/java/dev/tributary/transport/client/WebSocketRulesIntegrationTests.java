package dev.tributary.transport.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.test.MayDropSignals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The corners of RFC 6455, by a client that sends any bytes. */
@MayDropSignals("signals in flight when the server closes have no receiver")
class WebSocketRulesIntegrationTests {

    private static final String SESSION = "/v1/contract/command";
    private static final String UPGRADE =
            "GET " + SESSION + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    private static final String KEY = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    private static final String VERSION = "Sec-WebSocket-Version: 13\r\n";
    private static final int CLOSE = 0x88;
    private static final int BINARY = 0x82;

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

    @Test
    void badUpgradeIsAnswered() throws IOException {
        assertThat(head(VERSION)).startsWith("HTTP/1.1 400 ");
        assertThat(head(VERSION + "Sec-WebSocket-Key: short\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(head(KEY)).startsWith("HTTP/1.1 426 ").containsIgnoringCase("sec-websocket-version: 13\r\n");
        assertThat(head(KEY + "Sec-WebSocket-Version: 8\r\n")).startsWith("HTTP/1.1 426 ");
    }

    @Test
    void offeredSubprotocolIsAgreedOn() throws IOException {
        assertThat(head(VERSION + KEY + "Sec-WebSocket-Protocol: chat, other\r\n"))
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("sec-websocket-protocol: chat\r\n");
        assertThat(head(VERSION + KEY)).doesNotContainIgnoringCase("sec-websocket-protocol");
    }

    @Test
    void closeIsAnsweredByOneCloseFrame() throws IOException {
        assertThat(answerTo(CLOSE, new byte[] {3, (byte) 0xe8}))
                .isEqualTo(new byte[] {(byte) CLOSE, 2, 3, (byte) 0xe8});
    }

    @Test
    void badCloseFrameIsAnsweredWithItsStatus() throws IOException {
        byte[] protocolError = {(byte) CLOSE, 2, 3, (byte) 0xea};
        assertThat(answerTo(CLOSE, new byte[] {3, (byte) 0xed})).as("code 1005").isEqualTo(protocolError);
        assertThat(answerTo(CLOSE, new byte[] {3})).as("half a code").isEqualTo(protocolError);
        assertThat(answerTo(CLOSE, new byte[] {3, (byte) 0xe8, (byte) 0xff}))
                .as("reason that is not UTF-8")
                .isEqualTo(new byte[] {(byte) CLOSE, 2, 3, (byte) 0xef});
    }

    @Test
    void frameOfAnExtensionIsRefused() throws IOException {
        assertThat(answerTo(BINARY | 0x40, new byte[4])).isEqualTo(new byte[] {(byte) CLOSE, 2, 3, (byte) 0xea});
    }

    @Test
    void clientThatAnswersNoPingIsDisconnected() throws IOException {
        try (TestServer quick = TestServer.open(
                        directory,
                        config -> config.withSessions(config.sessions()
                                .withKeepAlive(
                                        config.sessions().keepAlive().withPingInterval(Duration.ofMillis(100)))));
                RawSocket silent = RawSocket.upgraded(quick.port(), SESSION)) {
            assertThat(silent.readToEnd()).isEqualTo(new byte[] {(byte) 0x89, 0, (byte) 0x89, 0});
        }
    }

    private String head(String headers) throws IOException {
        try (RawSocket socket = RawSocket.connect(server.port())) {
            return socket.exchangeHead(UPGRADE + headers + "\r\n");
        }
    }

    /** Sends one frame, and returns all bytes until the server closes. */
    private byte[] answerTo(int firstByte, byte[] payload) throws IOException {
        try (RawSocket socket = RawSocket.upgraded(server.port(), SESSION)) {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.writeBytes(RawSocket.header(firstByte, payload.length));
            frame.writeBytes(payload);
            socket.write(frame.toByteArray());
            return socket.readToEnd();
        }
    }
}
