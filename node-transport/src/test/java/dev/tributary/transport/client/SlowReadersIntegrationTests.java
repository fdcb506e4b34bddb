package dev.tributary.transport.client;

import static dev.tributary.transport.client.SessionIntegrationTests.get;
import static dev.tributary.transport.client.TestServer.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.test.MayDropSignals;
import dev.tributary.core.value.Contract;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.web.WebArchive;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many clients that ask for much and read nothing: they hold little direct memory, and others are served. */
@MayDropSignals("answers to a disconnected client have no receiver")
class SlowReadersIntegrationTests {

    private static final int READERS = 200;
    private static final int RECEIVE_BUFFER = 4096;
    private static final long MAX_DIRECT_BYTES = READERS * 128L * 1024;
    private static final Contract SITE = LastWriterWins.named("site");
    private static final String ROOT = "/v1/contract/web/" + SITE.id() + "/";

    @TempDir
    Path directory;

    @Test
    void readersOfAFileThatReadNothingHoldLittleDirectMemory() throws IOException {
        try (TestServer server = TestServer.open(directory)) {
            server.node()
                    .put(
                            SITE,
                            new WebArchive()
                                    .file("index.html", "<p>")
                                    .zeros("large.bin", 8 << 20)
                                    .state(0))
                    .block(TIMEOUT);
            TestResponse.get(server, ROOT);
            long before = PlatformDependent.usedDirectMemory();
            List<RawSocket> slow = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                RawSocket reader = RawSocket.connect(server.port(), RECEIVE_BUFFER);
                slow.add(reader);
                assertThat(reader.exchangeHead("GET " + ROOT + "large.bin HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
                        .startsWith("HTTP/1.1 200");
            }
            assertStaysSmall(before);
            assertThat(TestResponse.get(server, ROOT + "large.bin").text()).hasSize(8 << 20);
            for (RawSocket each : slow) {
                each.close();
            }
        }
    }

    @Test
    void sessionsThatReadNoLargeAnswersHoldLittleDirectMemory() throws IOException {
        try (TestServer server = TestServer.open(directory)) {
            server.node()
                    .put(SITE, LastWriterWins.state(1, new byte[500 << 10]))
                    .block(TIMEOUT);
            byte[] get = ClientEncoding.NATIVE.codec().encodeRequest(get(SITE.id(), false));
            long before = PlatformDependent.usedDirectMemory();
            List<RawSocket> slow = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                RawSocket reader = RawSocket.upgraded(
                        server.port(), "/v1/contract/command?encodingProtocol=native", RECEIVE_BUFFER);
                slow.add(reader);
                for (int j = 0; j < 8; j++) {
                    reader.send(get);
                }
            }
            assertStaysSmall(before);
            for (RawSocket each : slow) {
                each.close();
            }
        }
    }

    private static void assertStaysSmall(long before) {
        await().atMost(TIMEOUT).during(Duration.ofSeconds(3)).until(() -> {
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(MAX_DIRECT_BYTES);
            return true;
        });
    }
}
