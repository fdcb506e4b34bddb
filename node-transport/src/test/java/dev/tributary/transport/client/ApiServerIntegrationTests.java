package dev.tributary.transport.client;

import static dev.tributary.transport.client.TestServer.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.Node;
import dev.tributary.core.simulation.InMemoryNetwork;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoreHealth;
import dev.tributary.core.test.ForwardingStore;
import dev.tributary.core.test.MayDropSignals;
import dev.tributary.transport.client.http.HttpPage;
import dev.tributary.transport.client.http.HttpReply;
import dev.tributary.transport.client.web.WebConfig;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Pages of the client API server, and its access rules. */
@MayDropSignals("signals in flight when the server closes have no receiver")
class ApiServerIntegrationTests {

    private static final String SESSION = "/v1/contract/command";

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
    void probesReportThatTheNodeIsAlive() {
        for (String path : new String[] {"/v1", "/v2"}) {
            assertThat(TestResponse.get(server, path)).satisfies(page -> {
                assertThat(page.status()).isEqualTo(200);
                assertThat(page.text()).isEmpty();
            });
        }
        assertThat(TestResponse.get(server, "/v1/version").text()).isEqualTo("{\"version\":\"0.1.0\"}");
        assertThat(TestResponse.get(server, "/health/live").status()).isEqualTo(200);
        assertThat(TestResponse.get(server, "/health/ready")).satisfies(page -> {
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.header("Cache-Control")).isEqualTo("no-store");
            assertThat(page.text()).contains("\"ok\":true", "\"neighbours\":0");
        });
    }

    @Test
    void nodeWithTooFewNeighboursIsNotReady() {
        try (TestServer other = TestServer.open(directory, config -> config.withReadyNeighbours(1))) {
            assertThat(TestResponse.get(other, "/health/ready").status()).isEqualTo(503);
            assertThat(TestResponse.get(other, "/health/live").status()).isEqualTo(200);
        }
    }

    @Test
    void nodeWhoseStoreRefusesCommitsIsNotReadyAndSaysWhy() {
        RefusingStore store = new RefusingStore(InMemoryContractStore.create());
        Node node = Node.builder()
                .transport(InMemoryNetwork.create().transport())
                .store(store)
                .start()
                .blockOptional(TIMEOUT)
                .orElseThrow();
        try (TestServer full = TestServer.open(node, directory, UnaryOperator.identity())) {
            store.refusal = "No space left on device";
            assertThat(TestResponse.get(full, "/health/ready")).satisfies(page -> {
                assertThat(page.status()).isEqualTo(503);
                assertThat(page.text()).contains("\"ok\":false", "\"writable\":false");
            });
            assertThat(TestResponse.get(full, "/health/live").status()).isEqualTo(200);
            assertThat(TestResponse.get(full, "/status").text())
                    .contains("\"refusal\":\"No space left on device\"", "\"refusedCommits\":3");

            store.refusal = null;
            assertThat(TestResponse.get(full, "/health/ready").status()).isEqualTo(200);
        }
    }

    private static final class RefusingStore implements ForwardingStore {

        private final ContractStore delegate;
        private volatile @Nullable String refusal;

        RefusingStore(ContractStore delegate) {
            this.delegate = delegate;
        }

        @Override
        public ContractStore delegate() {
            return delegate;
        }

        @Override
        public StoreHealth health() {
            return new StoreHealth(refusal, 3, 0, Duration.ZERO);
        }
    }

    @Test
    void statusIsJsonThatNamesTheNode() {
        TestResponse page = TestResponse.get(server, "/status");

        assertThat(page.header("Content-Type")).isEqualTo("application/json");
        assertThat(page.text())
                .contains("\"peer\":\"" + server.node().status().self() + "\"")
                .contains("\"neighbours\":[]")
                .contains("\"hosting\":{");
    }

    @Test
    void additionalPagesAreServed() {
        HttpPage metrics = request -> Mono.just(HttpReply.text(200, "up 1"));
        HttpPage broken = request -> Mono.error(new IllegalStateException("secret"));
        ApiServer extended = ApiServer.create(
                server.node(),
                ApiServerConfig.defaults().withListen(TestServer.LOOPBACK).withWeb(WebConfig.in(directory)),
                Map.of("/metrics", metrics, "/broken", broken));
        int port = Objects.requireNonNull(extended.open().block(TIMEOUT)).getPort();

        assertThat(server.http()
                        .port(port)
                        .get()
                        .uri("/metrics")
                        .responseContent()
                        .aggregate()
                        .asString()
                        .block(TIMEOUT))
                .isEqualTo("up 1");
        assertThat(server.http()
                        .port(port)
                        .get()
                        .uri("/broken")
                        .responseContent()
                        .aggregate()
                        .asString()
                        .block(TIMEOUT))
                .contains("internal error")
                .doesNotContain("secret");
        extended.close().block(TIMEOUT);
    }

    @Test
    void unknownPathsAndMethodsAreRefused() {
        assertThat(TestResponse.get(server, "/nothing").status()).isEqualTo(404);
        assertThat(TestResponse.get(server, "/v1/contract/").status()).isEqualTo(404);
        assertThat(TestResponse.send(server, HttpMethod.POST, "/v1")).satisfies(page -> {
            assertThat(page.status()).isEqualTo(405);
            assertThat(page.header("Allow")).isEqualTo("GET, HEAD");
        });
        assertThat(TestResponse.send(server, HttpMethod.HEAD, "/status").text()).isEmpty();
        assertThat(TestResponse.get(server, SESSION).status()).isEqualTo(426);
    }

    @Test
    void invalidParametersAreRefusedOnEveryPage() {
        assertThat(TestResponse.get(server, "/v1?encodingProtocol=json")).satisfies(page -> {
            assertThat(page.status()).isEqualTo(400);
            assertThat(page.text()).contains("encodingProtocol must be flatbuffers or native");
        });
        assertThat(TestResponse.get(server, "/v1", "Authorization", "Basic x").status())
                .isEqualTo(400);
        assertThat(TestResponse.get(server, "/status?authToken=a&authToken=b").status())
                .isEqualTo(400);
    }

    @Test
    void foreignHostNameIsRefusedExceptForProbes() {
        assertThat(TestResponse.get(server, "/status", "Host", "evil.example:7509")
                        .status())
                .isEqualTo(403);
        assertThat(TestResponse.get(server, "/v1/contract/web/x/", "Host", "evil.example")
                        .status())
                .isEqualTo(403);
        assertThat(TestResponse.get(server, "/health/live", "Host", "evil.example")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void foreignOriginMayNotOpenASession() {
        assertThat(upgrade("Origin", "http://evil.example")).isEqualTo(403);
        assertThat(upgrade("Origin", "http://evil.example:7509", "Host", "evil.example:7509"))
                .isEqualTo(403);
        assertThat(upgrade("Origin", "null")).isEqualTo(403);
        assertThat(upgrade("Origin", "http://l\u00f6calhost")).isEqualTo(400);
    }

    @Test
    void localPagesAndProgramsMayOpenSessions() {
        assertThat(upgrade("Origin", "http://localhost:3000")).isEqualTo(101);
        assertThat(upgrade("Origin", "http://127.0.0.1:" + server.port())).isEqualTo(101);
        assertThat(upgrade("Host", "tunnel.example")).isEqualTo(101);
    }

    @Test
    void connectionBeyondTheLimitIsClosed() throws IOException {
        try (TestServer small = TestServer.open(
                directory, config -> config.withConnections(config.connections().withMax(2)))) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), small.port()));
            }
            await().atMost(TIMEOUT).until(() -> small.server().status().connections() == 2);
            try (Socket third = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
                third.setSoTimeout((int) TIMEOUT.toMillis());
                assertThat(isClosedByServer(third)).isTrue();
            }
            for (Socket each : sockets) {
                each.close();
            }
            await().atMost(TIMEOUT).until(() -> small.server().status().connections() == 0);
            assertThat(TestResponse.get(small, "/v1").status()).isEqualTo(200);
        }
    }

    @Test
    void silentAndSlowConnectionsAreClosed() throws IOException {
        Duration brief = Duration.ofMillis(100);
        try (TestServer impatient = TestServer.open(
                directory,
                config -> config.withConnections(
                        config.connections().withRequestTimeout(brief).withIdleTimeout(brief)))) {
            try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), impatient.port());
                    Socket slow = new Socket(InetAddress.getLoopbackAddress(), impatient.port())) {
                slow.getOutputStream().write("GET /v1 HT".getBytes(StandardCharsets.US_ASCII));
                silent.setSoTimeout((int) TIMEOUT.toMillis());
                slow.setSoTimeout((int) TIMEOUT.toMillis());
                assertThat(isClosedByServer(silent)).isTrue();
                assertThat(isClosedByServer(slow)).isTrue();
            }
        }
    }

    @Test
    void additionalAddressThatCannotBeBoundIsSkipped() {
        List<String> addresses = List.of("127.0.0.1", "192.0.2.1");
        try (TestServer some =
                TestServer.open(directory, config -> config.withListen(new ApiServerConfig.Listen(addresses, 0)))) {
            assertThat(TestResponse.get(some, "/v1").status()).isEqualTo(200);
        }
    }

    @Test
    void portInUseFailsWithItsNumber() {
        ApiServer second = ApiServer.create(
                server.node(), ApiServerConfig.defaults().withListen(TestServer.LOOPBACK.withPort(server.port())));

        assertThatThrownBy(() -> second.open().block(TIMEOUT))
                .isInstanceOf(ApiServerException.class)
                .hasMessageContaining("127.0.0.1 port " + server.port());
        second.close().block(TIMEOUT);
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

    /** Returns the status of an upgrade request on a plain socket: HTTP clients do not allow setting these headers. */
    private int upgrade(String... headers) {
        StringBuilder request = new StringBuilder(
                "GET " + SESSION + " HTTP/1.1\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n");
        boolean hasHost = false;
        for (int i = 0; i < headers.length; i += 2) {
            hasHost |= headers[i].equals("Host");
            request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        request.append(hasHost ? "\r\n" : "Host: 127.0.0.1:" + server.port() + "\r\n\r\n");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
            byte[] start = socket.getInputStream().readNBytes(12);
            return Integer.parseInt(new String(start, 9, 3, StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
