package dev.tributary.transport.client;

import static dev.tributary.transport.client.TestServer.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.test.MayDropSignals;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.codec.ClientEncoding;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.message.ClientError;
import dev.tributary.transport.client.message.ClientRequest;
import dev.tributary.transport.client.message.NodeQuery;
import dev.tributary.transport.client.web.WebArchive;
import dev.tributary.transport.client.web.WebConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Web applications over HTTP, as a browser requests them. */
@MayDropSignals("signals in flight when the server closes have no receiver")
class WebAppsIntegrationTests {

    private static final Contract SITE = LastWriterWins.named("site");
    private static final String ROOT = "/v1/contract/web/" + SITE.id() + "/";

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
    void shellHoldsTheTokenAndShowsTheApplicationInASandbox() {
        publish(site().state(0));

        TestResponse shell = TestResponse.get(server, ROOT + "?lang=en&__sandboxed=1&authToken=x");

        assertThat(shell.status()).isEqualTo(200);
        String token = token(shell);
        assertThat(ContractInstanceId.parse(token).bytes().size()).isEqualTo(32);
        assertThat(shell.headers().entries())
                .noneMatch(header -> header.getValue().contains(token));
        assertThat(shell.header("Content-Security-Policy"))
                .startsWith("default-src 'none'; script-src 'unsafe-inline'");
        assertThat(shell.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(shell.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(shell.text())
                .contains("data-src=\"" + ROOT + "?__sandbox=1&amp;lang=en\"")
                .contains("sandbox=\"allow-scripts allow-forms allow-downloads allow-modals\"")
                .contains("allow=\"clipboard-write\"")
                .doesNotContain("allow-same-origin", "allow-top-navigation", "allow-popups", "clipboard-read")
                .contains("token: \"" + token + "\"")
                .contains("const MAX_SOCKETS = 32");
    }

    @Test
    void tokenIdentifiesTheApplicationUntilARestart() {
        publish(site().state(0));
        String token = token(TestResponse.get(server, ROOT));

        try (TestClient client = TestClient.connect(server, ClientEncoding.NATIVE, token)) {
            assertThat(client.request(new ClientRequest.Get(SITE.id(), false, false, false)))
                    .isInstanceOf(ClientAnswer.GetAnswer.class);
            assertThat(client.request(new NodeQuery.ConnectedPeers())).isInstanceOf(ClientError.Unhandled.class);
        }
        try (TestServer restarted = TestServer.open(server.node(), directory, config -> config);
                TestClient client = TestClient.connect(restarted, ClientEncoding.NATIVE, token)) {
            client.next();
            assertThat(client.closeCode()).isEqualTo(4401);
        }
    }

    @Test
    void sandboxedPageHasRewrittenPathsAndScripts() {
        publish(site().state(0));
        TestResponse.get(server, ROOT);

        TestResponse page = TestResponse.get(server, ROOT + "?__sandbox=1");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text())
                .contains("src=\"" + ROOT + "app.js\"", "href='" + ROOT + "style.css'")
                .containsSubsequence("<head>", "window.WebSocket = ShellWebSocket", "</head>");
        assertThat(page.headers().contains("Access-Control-Allow-Origin")).isFalse();
        String own = "http://127.0.0.1:" + server.port();
        assertThat(page.header("Content-Security-Policy"))
                .isEqualTo("sandbox allow-scripts allow-forms allow-downloads allow-modals; default-src " + own
                        + " 'unsafe-inline' 'unsafe-eval' blob: data:; connect-src " + own
                        + " blob: data:; form-action " + own + "; frame-ancestors " + own);
        assertThat(TestResponse.get(
                                server,
                                ROOT + "?__sandbox=1",
                                "X-Forwarded-Proto",
                                "https",
                                "X-Forwarded-Host",
                                "a.example, b")
                        .header("Content-Security-Policy"))
                .contains("default-src https://a.example ");
        assertThat(TestResponse.get(server, ROOT + "?__sandbox=1", "X-Forwarded-Host", "a; script-src *")
                        .header("Content-Security-Policy"))
                .doesNotContain("script-src");
    }

    @Test
    void filesHaveTheirContentTypeAndASandboxPolicy() {
        publish(site().state(0));
        TestResponse.get(server, ROOT);

        TestResponse script = TestResponse.get(server, ROOT + "app.js");
        assertThat(script.text()).isEqualTo("import '" + ROOT + "other.js'");
        assertThat(script.header("Content-Type")).isEqualTo("application/javascript");
        assertThat(script.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(script.header("Content-Security-Policy")).startsWith("sandbox allow-scripts");
        assertThat(TestResponse.get(server, ROOT + "style.css").header("Content-Type"))
                .startsWith("text/css");
        assertThat(TestResponse.get(server, ROOT + "style.css", "Sec-Fetch-Dest", "document")
                        .header("Content-Security-Policy"))
                .isEqualTo("sandbox");
        assertThat(TestResponse.get(server, ROOT + "large.bin").text()).hasSize(300_000);
        assertThat(TestResponse.get(server, ROOT + "missing.css")).satisfies(missing -> {
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.header("X-Content-Type-Options")).isEqualTo("nosniff");
        });
    }

    @Test
    void deepLinksOpenInsideTheShellAndSandboxedPagesRedirectToIt() {
        publish(site().state(0));

        TestResponse deep = TestResponse.get(server, ROOT + "docs/page.html?x=1", "Sec-Fetch-Dest", "document");
        assertThat(deep.text()).contains("data-src=\"" + ROOT + "docs/page.html?__sandbox=1&amp;x=1\"");
        assertThat(TestResponse.get(server, ROOT + "docs/?__sandbox=1").text()).contains("<p>docs");
        TestResponse alone =
                TestResponse.get(server, ROOT + "docs/page.html?__sandbox=1&x=1", "Sec-Fetch-Dest", "document");
        assertThat(alone.status()).isEqualTo(303);
        assertThat(alone.header("Location")).isEqualTo(ROOT + "docs/page.html?x=1");
        for (String bad : new String[] {"%2e%2e/", "a/%2e%2e/", "%2Fetc/", "a%00b"}) {
            assertThat(TestResponse.get(server, ROOT + bad, "Sec-Fetch-Dest", "document")
                            .status())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    @Test
    void rootWithoutSlashIsRedirected() {
        TestResponse page =
                TestResponse.get(server, "/v2/contract/web/" + SITE.id() + "?a=1&__sandbox=1&auth%54oken=x");

        assertThat(page.status()).isEqualTo(308);
        assertThat(page.header("Location")).isEqualTo("/v2/contract/web/" + SITE.id() + "/?a=1");
    }

    @Test
    void filesOutsideTheApplicationAreNotServed() throws IOException {
        publish(site().state(0));
        TestResponse.get(server, ROOT);
        Files.writeString(directory.resolve("secret.txt"), "secret");

        for (String path : new String[] {
            "../secret.txt",
            "%2e%2e/secret.txt",
            "..%2f..%2fsecret.txt",
            "..%5c..%5csecret.txt",
            "docs/../../../secret.txt"
        }) {
            assertThat(TestResponse.get(server, ROOT + path)).as(path).satisfies(page -> {
                assertThat(page.status()).isIn(400, 403, 404);
                assertThat(page.text()).doesNotContain("secret");
            });
        }
    }

    @Test
    void nextShellShowsTheNewerState() {
        publish(site().state(0));
        TestResponse.get(server, ROOT);
        publish(new WebArchive().file("index.html", "<p>newer").state(1));

        TestResponse.get(server, ROOT);

        assertThat(TestResponse.get(server, ROOT + "?__sandbox=1").text()).contains("newer");
        assertThat(TestResponse.get(server, ROOT + "app.js").status()).isEqualTo(404);
    }

    @Test
    void unpackedApplicationSurvivesARestart() {
        publish(site().state(0));
        TestResponse.get(server, ROOT);

        try (TestServer other = TestServer.open(directory)) {
            assertThat(TestResponse.get(other, ROOT + "style.css").text()).isEqualTo("p {}");
        }
    }

    @Test
    void failuresHaveTheirStatus() {
        assertThat(TestResponse.get(server, "/v1/contract/web/0OIl/").status()).isEqualTo(400);
        assertThat(TestResponse.get(server, "/v1/contract/web/abc/").status()).isEqualTo(400);
        assertThat(TestResponse.get(server, ROOT)).satisfies(page -> {
            assertThat(page.status()).isEqualTo(503);
            assertThat(page.header("Retry-After")).isEqualTo("60");
            assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        });
        publish(LastWriterWins.state(5_000_000_000L, new byte[10]));
        assertThat(TestResponse.get(server, ROOT)).satisfies(page -> {
            assertThat(page.status()).isEqualTo(400);
            assertThat(page.text()).contains("not a web application").contains("at most 1024");
        });
    }

    @Test
    void hostileArchivesAreRefusedAndLeaveNoFiles() throws IOException {
        WebConfig small = WebConfig.in(directory)
                .withArchives(WebConfig.ArchiveLimits.defaults()
                        .withUnpackedBytes(1 << 20)
                        .withMaxEntries(50));
        try (TestServer strict = TestServer.open(server.node(), directory, config -> config.withWeb(small))) {
            WebArchive[] hostile = {
                new WebArchive().file("index.html", "<p>").zeros("bomb", 8 << 20),
                new WebArchive().file("index.html", "<p>").longName("n".repeat(70_000)),
            };
            for (int i = 0; i < hostile.length; i++) {
                publish(hostile[i].state(i));
                assertThat(TestResponse.get(strict, ROOT).status())
                        .as("archive %d", i)
                        .isEqualTo(400);
            }
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void leastRecentlyUsedApplicationIsEvicted() throws IOException {
        WebConfig small = WebConfig.in(directory).withCache(new WebConfig.Cache(directory, 400_000, Duration.ZERO));
        try (TestServer tight = TestServer.open(server.node(), directory, config -> config.withWeb(small))) {
            Contract other = LastWriterWins.named("other");
            publish(site().state(0));
            server.node().put(other, site().state(0)).block(TIMEOUT);
            TestResponse.get(tight, ROOT);
            TestResponse.get(tight, "/v1/contract/web/" + other.id() + "/");

            try (Stream<Path> kept = Files.list(directory)) {
                assertThat(kept).containsExactly(directory.resolve(other.id().toString()));
            }
            assertThat(TestResponse.get(tight, ROOT + "style.css").status()).isEqualTo(200);
        }
    }

    @Test
    void onlyPagesOfThisServerAndOfTheShellsFrameMayReadApplications() {
        publish(site().state(0));
        TestResponse.get(server, ROOT);
        String own = "http://127.0.0.1:" + server.port();

        for (String path : new String[] {ROOT + "app.js", ROOT + "missing.css", ROOT + "?__sandbox=1"}) {
            for (String allowed : new String[] {"null", own}) {
                TestResponse reply = TestResponse.get(server, path, "Origin", allowed);
                assertThat(reply.header("Access-Control-Allow-Origin")).as(path).isEqualTo(allowed);
                assertThat(reply.header("Vary")).isEqualTo("Origin");
            }
            for (String foreign : new String[] {"https://evil.example", "http://127.0.0.1.evil.example"}) {
                TestResponse reply = TestResponse.get(server, path, "Origin", foreign);
                assertThat(reply.status()).isEqualTo(403);
                assertThat(reply.headers().contains("Access-Control-Allow-Origin"))
                        .as(path)
                        .isFalse();
            }
        }
    }

    @Test
    void shellIsServedToDocumentsAndFramesOnly() {
        publish(site().state(0));
        TestResponse.get(server, ROOT);

        for (String shown : new String[] {"document", "iframe", "frame"}) {
            assertThat(TestResponse.get(server, ROOT, "Sec-Fetch-Dest", shown).text())
                    .contains("token:");
        }
        for (String loaded : new String[] {"empty", "script", "image", "style", "worker", "font", "embed", "object"}) {
            assertThat(TestResponse.get(server, ROOT, "Sec-Fetch-Dest", loaded).text())
                    .as(loaded)
                    .doesNotContain("token:");
        }
        assertThat(TestResponse.get(server, ROOT, "Accept", "text/html,*/*;q=0.8")
                        .text())
                .contains("token:");
        assertThat(TestResponse.get(server, ROOT, "Accept", "image/webp,image/*")
                        .text())
                .doesNotContain("token:");
        assertThat(TestResponse.get(server, ROOT, "Origin", "null").text()).doesNotContain("token:");
    }

    private static String token(TestResponse shell) {
        Matcher found = Pattern.compile("token: \"([^\"]+)\"").matcher(shell.text());
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    private void publish(State state) {
        server.node().put(SITE, state).block(TIMEOUT);
    }

    private static WebArchive site() {
        return new WebArchive()
                .file(
                        "./index.html",
                        "<html><head><script src=\"/./app.js\"></script><link href='/./style.css'></head><body>hi</body>")
                .file("./app.js", "import '/./other.js'")
                .file("style.css", "p {}")
                .file("docs/index.html", "<p>docs")
                .file("docs/page.html", "<p>page")
                .zeros("large.bin", 300_000);
    }
}
