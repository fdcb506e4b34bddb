package dev.tributary.app.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.app.demo.NodeChild;
import dev.tributary.app.demo.PackagedProgram;
import dev.tributary.core.contract.standard.SignedCounter;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A web application end to end: published from the command line, shown in two tabs of a browser. Skipped with a message if
 * Chromium is missing or does not start. Leaves a screenshot in {@code target/browser}.
 */
@Timeout(600)
class WebApplicationIntegrationTests {

    private static final long TIMEOUT_SECONDS = 240;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path home;

    private String api = "";

    @Test
    void counterChangeInOneTabIsShownInTheOther() throws Exception {
        Optional<Path> program = Browser.program();
        assumeTrue(program.isPresent(), "skipped: Chromium is not installed");
        NodeChild node = startNode();
        try (Browser browser = open(program.get())) {
            String url = publish(site(newCounter()));
            BrowserTab first = browser.show(url);
            BrowserTab second = browser.show(url);
            assertShows(first, "1");
            assertShows(second, "1");

            click(first);
            assertShows(second, "2");
            assertShows(first, "2");

            click(second);
            assertShows(first, "3");
            Awaitility.await()
                    .atMost(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .until(() -> first.inPage("document.title"), "Counter: 3"::equals);
            assertIsSandboxed(first);
            saveScreenshot(first.screenshot());
        } finally {
            node.stop();
        }
    }

    private static Browser open(Path program) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target", "browser")), "run");
        try {
            return Browser.open(program, directory.toAbsolutePath());
        } catch (BrowserUnusableException unusable) {
            throw new TestAbortedException("skipped: " + unusable.getMessage());
        }
    }

    private NodeChild startNode() throws IOException {
        List<String> settings = new ArrayList<>(NodeChild.NO_PUZZLE);
        settings.addAll(List.of("--client-port", "0"));
        NodeChild node = NodeChild.start(
                PackagedProgram.forNodes(), home.resolve("node"), "127.0.0.1:0", List.of(), "512m", settings);
        api = node.readReply().field("api");
        return node;
    }

    /** Puts a counter with value 1. Returns the script with the id and the signed states that its page needs. */
    private String newCounter() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Contract counter = SignedCounter.contract(List.of(keys.getPublic()), "tabs");
        List<State> states = LongStream.rangeClosed(1, 9)
                .mapToObj(count -> SignedCounter.slot(counter, keys.getPrivate(), 0, count))
                .toList();
        Path parameters = Files.write(
                home.resolve("parameters"), counter.parameters().bytes().toArray());
        Path state = Files.write(home.resolve("state"), states.get(0).bytes().toArray());
        execute("put", state.toString(), "--standard", "counter", "--parameters", parameters.toString());
        Map<String, Object> data = Map.of(
                "id",
                counter.id().bytes().toHex(),
                "states",
                states.stream().map(each -> each.bytes().toHex()).toList());
        return "const counter = " + JSON.writeValueAsString(data) + ";";
    }

    private Path site(String counter) throws IOException {
        Path site = Files.createDirectories(home.resolve("site"));
        for (String name : List.of("index.html", "style.css", "app.js")) {
            try (InputStream original = getClass().getResourceAsStream("/browser/site/" + name)) {
                Files.copy(Objects.requireNonNull(original), site.resolve(name));
            }
        }
        Files.writeString(site.resolve("counter.js"), counter);
        return site;
    }

    private String publish(Path site) throws IOException, InterruptedException {
        String key = home.resolve("publisher.key").toString();
        String data = execute("publish", site.toString(), "--key-file", key, "--json");
        return JSON.readTree(data).path("url").asString();
    }

    private String execute(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tributary.app.Main"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--api", api));
        Path errors = home.resolve("errors");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return output;
    }

    private static void assertShows(BrowserTab tab, String count) {
        // While a page loads, its execution context is replaced.
        Awaitility.await()
                .atMost(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(tab.inFrame("document.getElementById('value')?.textContent"))
                        .isEqualTo(count));
    }

    private static void click(BrowserTab tab) {
        tab.inFrame("document.getElementById('more').click()");
    }

    private static void assertIsSandboxed(BrowserTab tab) {
        assertThat(tab.inFrame("window.origin")).isEqualTo("null");
        assertThat(tab.inFrame("WebSocket.name")).isEqualTo("ShellWebSocket");
        assertThatThrownBy(() -> tab.inFrame("document.cookie")).hasMessageContaining("sandbox");
        assertThatThrownBy(() -> tab.inFrame("localStorage.length")).hasMessageContaining("sandbox");
        assertThatThrownBy(() -> tab.inFrame("window.parent.document")).hasMessageContaining("cross-origin");
    }

    private static void saveScreenshot(byte[] picture) throws IOException {
        assertThat(new String(picture, 1, 3, UTF_8)).isEqualTo("PNG");
        Files.write(Path.of("target", "browser", "counter.png"), picture);
    }
}
