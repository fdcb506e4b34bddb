package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.contract.SiteArchive;
import dev.tributary.app.contract.StandardStreams;
import dev.tributary.app.contract.WriterKey;
import dev.tributary.app.demo.NodeChild;
import dev.tributary.app.demo.PackagedProgram;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.contract.standard.SignedDocument;
import dev.tributary.core.contract.standard.SignedWebsite;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that need a running node, with a node in a child process. */
@Timeout(300)
class ClientCommandsIntegrationTests {

    private static final String UNKNOWN = LastWriterWins.named("unknown").id().toString();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private static Path home;

    private static NodeChild node;
    private static String api = "";

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private InputStream in = InputStream.nullInputStream();
    private boolean terminal;

    @BeforeAll
    static void startNode() throws IOException {
        List<String> settings = new ArrayList<>(NodeChild.NO_PUZZLE);
        settings.addAll(List.of("--client-port", "0"));
        node = NodeChild.start(
                PackagedProgram.forNodes(), home.resolve("node"), "127.0.0.1:0", List.of(), "512m", settings);
        NodeChild.Reply ready = node.readReply();
        assertThat(ready.kind()).isEqualTo("ready");
        api = ready.field("api");
        assertThat(api).startsWith("ws://127.0.0.1:");
    }

    @AfterAll
    static void stopNode() throws InterruptedException {
        node.stop();
    }

    @Test
    void fileIsPutAndReadBackWithPrintedCommand() throws IOException {
        String file = file("note.txt", "for ever");
        assertThat(execute("put", file)).as(err.toString()).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        String key = lines.get(0).split("[ :]", 3)[1];
        assertThat(lines)
                .containsExactly(
                        "stored " + key + ": 8 bytes", "read it back with: tributary get " + key + " --api " + api);

        clear();
        assertThat(execute("get", key)).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("for ever");
        assertThat(err.toString()).startsWith("found " + key + ": 8 bytes, SHA-256 ");

        clear();
        Path copy = directory.resolve("copy");
        assertThat(execute("get", key, "--out", copy.toString())).isZero();
        assertThat(copy).hasContent("for ever");
        assertThat(out.toString()).startsWith("found " + key);
        assertThat(bytes.size()).isZero();

        clear();
        terminal = true;
        assertThat(execute("get", key)).isZero();
        assertThat(bytes.size()).as("a terminal is spared").isZero();
        assertThat(out.toString()).contains("use --out FILE or a pipe to write the state");
    }

    @Test
    void standardInputIsPutAndAnswerIsJson() {
        in = new ByteArrayInputStream("from a pipe".getBytes(StandardCharsets.UTF_8));
        assertThat(execute("put", "-", "--json")).as(err.toString()).isZero();
        JsonNode facts = json();
        assertThat(facts.path("bytes").asInt()).isEqualTo(11);
        String key = facts.path("key").asString();
        clear();
        assertThat(execute("get", key, "--json")).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("from a pipe");
        assertThat(JSON.readTree(err.toString()).path("key").asString()).isEqualTo(key);
    }

    @Test
    void answerOfANodeWithoutNeighboursIsExplainedAsUnconfirmed() throws IOException {
        assertThat(execute("put", file("alone", "lonely"), "--json")).isZero();
        String key = json().path("key").asString();

        clear();
        assertThat(execute("get", key, "--explain")).as(err.toString()).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("lonely");
        assertThat(err.toString().lines().toList().get(1))
                .isEqualTo("not confirmed by another host, which may hold a newer state; found 0 hops away");

        clear();
        assertThat(execute("get", key, "--explain", "--json")).isZero();
        assertThat(JSON.readTree(err.toString()).path("confirmed").asBoolean(true))
                .isFalse();

        clear();
        assertThat(execute("get", UNKNOWN, "--explain")).isEqualTo(1);
        assertThat(err.toString()).startsWith("not found");
    }

    @Test
    void subscribedStatesAreWrittenToPipe() throws IOException {
        assertThat(execute("put", file("followed", "as it is"), "--json")).isZero();
        String key = json().path("key").asString();
        clear();
        assertThat(execute("subscribe", key, "--count", "1", "--out", "-"))
                .as(err.toString())
                .isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("as it is");
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("state of " + key + ": 8 bytes");
    }

    @Test
    void putOfDirectoryIsRefusedAndNamesPublishCommand() throws IOException {
        assertThat(execute(
                        "put",
                        Files.createDirectories(directory.resolve("site")).toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("is a directory", "tributary publish")
                .hasLineCount(1);
    }

    @Test
    void largeStateIsPutAndReadBack() throws IOException {
        byte[] content = new byte[3 << 20];
        new Random(7).nextBytes(content);
        Path file = Files.write(directory.resolve("large"), content);
        assertThat(execute("put", file.toString(), "--json")).as(err.toString()).isZero();
        String key = json().path("key").asString();
        clear();
        assertThat(execute("get", key)).isZero();
        assertThat(bytes.toByteArray()).isEqualTo(content);
    }

    @Test
    void documentIsPutUpdatedAndRead() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Contract document = SignedDocument.contract(keys.getPublic(), "note");
        String parameters = file("par", document.parameters().bytes());
        String first = file("v1", version(document, keys, 1, "first"));
        String second = file("v2", version(document, keys, 2, "second"));
        assertThat(execute("put", "--standard", "document", "--parameters", parameters, first))
                .as(err.toString())
                .isZero();
        String key = document.key().toString();
        assertThat(out.toString()).contains("stored " + key);
        clear();
        assertThat(execute("update", key, second)).as(err.toString()).isZero();
        assertThat(out.toString()).startsWith("updated " + key + "; ").contains("72 bytes");
        clear();
        assertThat(execute("get", key, "--content")).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("second");
        clear();
        assertThat(execute("subscribe", key, "--count", "1", "--json")).isZero();
        assertThat(json().path("bytes").asInt()).isEqualTo(72 + 6);

        clear();
        KeyPair others = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String forged = file("forged", version(document, others, 9, "forged"));
        assertThat(execute("update", key, forged)).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("rejected: ")
                .contains("signature")
                .hasLineCount(1);
    }

    @Test
    void unknownContractIsNotFound() throws IOException {
        assertThat(execute("get", UNKNOWN)).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("not found: no queried node has contract " + UNKNOWN + System.lineSeparator());
        clear();
        assertThat(execute("update", UNKNOWN, file("change", "x"))).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("not found: no queried node has contract " + UNKNOWN + System.lineSeparator());
    }

    @Test
    void missingNodeErrorTellsHowToStartOne() {
        for (String[] command :
                List.of(new String[] {"get", UNKNOWN}, new String[] {"status"}, new String[] {"subscribe", UNKNOWN})) {
            clear();
            assertThat(executePlain(with(command, "--api", "ws://127.0.0.1:1"))).isEqualTo(3);
            assertThat(err.toString())
                    .startsWith("error: cannot connect to a node at ws://127.0.0.1:1: ")
                    .contains("tributary run")
                    .contains("--api")
                    .hasLineCount(2);
        }
    }

    @Test
    void invalidArgumentsAreWrongUsage() throws IOException {
        for (String[] command : List.of(
                new String[] {"get", "nonsense"},
                new String[] {"get"},
                new String[] {"get", UNKNOWN, "--timeout", "soon"},
                new String[] {"get", UNKNOWN, "--timeout", "0 s"},
                new String[] {"subscribe", UNKNOWN, "--count", "0"},
                new String[] {"put", file("x", "x"), "--parameters", file("y", "y")})) {
            clear();
            assertThat(execute(command)).as(String.join(" ", command)).isEqualTo(2);
            assertThat(err.toString()).startsWith("error: ").contains("--help");
        }
        clear();
        assertThat(executePlain("status", "--api", "nowhere")).isEqualTo(2);
        assertThat(err.toString()).contains("ws://HOST:PORT");
        clear();
        assertThat(execute("put", directory.resolve("missing").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("does not exist").hasLineCount(1);
    }

    @Test
    void statusAndPeersDescribeNode() {
        assertThat(execute("status")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("peer id")
                .contains("0 neighbours")
                .contains("127.0.0.1")
                .containsPattern(
                        "memory +heap \\d+MiB, of which \\d+MiB for the node itself and \\d+MiB for what is in")
                .doesNotContain("$");
        clear();
        assertThat(execute("status", "--json")).isZero();
        assertThat(json().path("peer").asString()).hasSizeGreaterThan(40);
        assertThat(json().path("memoryPlan")
                        .path("uses")
                        .valueStream()
                        .map(each -> each.path("name").asString()))
                .contains("incoming", "guests", "store writes", "client sockets");
        clear();
        assertThat(execute("peers")).isZero();
        assertThat(out.toString().strip()).isEqualTo("0 neighbours");
        clear();
        assertThat(execute("peers", "--json")).isZero();
        assertThat(json().isArray()).isTrue();
    }

    @Test
    void storedContractsAreListed() throws IOException {
        assertThat(execute("put", file("listed", "listed"), "--json")).isZero();
        String key = json().path("key").asString();
        clear();
        assertThat(execute("contracts")).isZero();
        assertThat(out.toString()).containsPattern(key + "  38  blob\\R").containsPattern("\\d+ contracts\\R$");
        clear();
        assertThat(execute("contracts", "--json")).isZero();
        assertThat(json().valueStream().map(each -> each.path("key").asString()))
                .contains(key);
    }

    @Test
    void contractIsPinnedUntilItIsUnpinned() throws Exception {
        assertThat(execute("put", file("kept", "kept"), "--pin", "--json"))
                .as(err.toString())
                .isZero();
        String key = json().path("key").asString();
        clear();
        assertThat(execute("contracts")).isZero();
        assertThat(out.toString()).contains(key + "  36  blob  pinned");
        clear();
        assertThat(execute("status")).isZero();
        assertThat(out.toString()).contains(" 1 contracts pinned, 0 diverged");
        clear();
        assertThat(execute("unpin", key)).isZero();
        assertThat(out.toString()).isEqualTo("unpinned " + key + System.lineSeparator());
        clear();
        assertThat(execute("contracts")).isZero();
        assertThat(out.toString()).contains(key + "  36  blob" + System.lineSeparator());
        clear();
        assertThat(execute("pin", key, "--json")).isZero();
        assertThat(json().path("pinned").asBoolean()).isTrue();
        clear();
        assertThat(execute("unpin", key)).isZero();
        clear();
        assertThat(execute("pin", UNKNOWN)).isEqualTo(1);
        assertThat(err.toString()).contains("not found: contract " + UNKNOWN);
    }

    @Test
    void webPagesCannotPin() throws Exception {
        URI pins = URI.create(api.replaceFirst("^ws", "http") + "/pins?pin=" + UNKNOWN);
        HttpRequest.Builder command = HttpRequest.newBuilder(pins).POST(HttpRequest.BodyPublishers.noBody());
        HttpClient browser = HttpClient.newHttpClient();

        assertThat(browser.send(
                                command.header("Origin", api.replaceFirst("^ws", "http"))
                                        .build(),
                                text())
                        .statusCode())
                .isEqualTo(403);
        assertThat(browser.send(HttpRequest.newBuilder(pins).build(), text()).statusCode())
                .as("GET changes nothing")
                .isEqualTo(400);
    }

    private static HttpResponse.BodyHandler<String> text() {
        return HttpResponse.BodyHandlers.ofString();
    }

    @Test
    void directoryIsPublishedAndServed() throws Exception {
        Path site = Files.createDirectories(directory.resolve("site"));
        Files.writeString(site.resolve("index.html"), "<!doctype html><title>hello</title><p>first words");
        Files.createDirectories(site.resolve("sub"));
        Files.writeString(site.resolve("sub").resolve("style.css"), "p { color: red }");
        Files.writeString(site.resolve(".secret"), "stays here");
        String key = directory.resolve("publisher.key").toString();
        assertThat(execute("publish", site.toString(), "--key-file", key, "--json"))
                .as(err.toString())
                .isZero();
        assertThat(err.toString()).isEqualTo("left out: .secret" + System.lineSeparator());
        JsonNode first = json();
        String url = first.path("url").asString();
        assertThat(first.path("files").asInt()).isEqualTo(2);
        assertThat(url).startsWith("http://127.0.0.1:").endsWith("/");
        assertThat(page(url).statusCode()).isEqualTo(200);
        assertThat(page(url + "?__sandbox=1").body()).contains("first words");
        assertThat(page(url + "sub/style.css").body()).contains("color: red");

        clear();
        assertThat(execute("publish", site.toString(), "--key-file", key, "--json"))
                .isZero();
        assertThat(json().path("changed").asBoolean()).isFalse();
        assertThat(json().path("version").asLong())
                .isEqualTo(first.path("version").asLong());

        clear();
        Files.writeString(site.resolve("index.html"), "<!doctype html><title>hello</title><p>second words");
        assertThat(execute("publish", site.toString(), "--key-file", key)).isZero();
        assertThat(out.toString()).startsWith("published version ").endsWith(url + System.lineSeparator());
        clear();
        assertThat(execute("publish", site.toString(), "--key-file", key, "--json"))
                .isZero();
        assertThat(json().path("version").asLong())
                .isGreaterThan(first.path("version").asLong());
        assertThat(json().path("url").asString()).isEqualTo(url);
    }

    @Test
    void websiteAtItsLastVersionIsNotPublishedAgain() throws IOException {
        Path site = Files.createDirectories(directory.resolve("last"));
        Files.writeString(site.resolve("index.html"), "1");
        Path key = directory.resolve("last.key");
        KeyPair keys = WriterKey.loadOrCreate(key);
        Contract website = SignedWebsite.contract(keys.getPublic(), "last");
        Bytes archive = SiteArchive.pack(site, 10_000).bytes();
        String state = file(
                "state",
                SignedWebsite.state(website, keys.getPrivate(), SignedWebsite.MAX_VERSION, archive)
                        .bytes());
        String parameters = file("parameters", website.parameters().bytes());
        assertThat(execute("put", "--standard", "website", "--parameters", parameters, state))
                .as(err.toString())
                .isZero();
        clear();
        Files.writeString(site.resolve("index.html"), "2");
        assertThat(execute("publish", site.toString(), "--key-file", key.toString()))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("has the last possible version, 4294967295")
                .hasLineCount(1);
    }

    @Test
    void onlyDirectoryWithIndexIsPublished() throws IOException {
        assertThat(execute("publish", directory.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("has no index.html").hasLineCount(1);
        clear();
        Path site = Files.createDirectories(directory.resolve("named"));
        Files.writeString(site.resolve("index.html"), "x");
        assertThat(execute("publish", site.toString(), "--name", "gr\ufffd\ufffde"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("is not UTF-8, or the locale is not")
                .hasLineCount(1);
        clear();
        assertThat(execute("publish", file("file", "x"))).isEqualTo(2);
        assertThat(err.toString()).contains("is not a directory").hasLineCount(1);
    }

    @Test
    void healthAndMetricsAreServed() throws Exception {
        String base = api.replaceFirst("^ws", "http");
        assertThat(page(base + "/health/live").statusCode()).isEqualTo(200);
        assertThat(page(base + "/health/ready").statusCode()).isEqualTo(200);
        HttpResponse<String> metrics = page(base + "/metrics");
        assertThat(metrics.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain; version=0.0.4");
        assertThat(metrics.body())
                .contains("tributary_neighbours{direction=\"inbound\"} 0.0")
                .contains("tributary_loop_events_total ")
                .contains("tributary_contracts ")
                .contains("jvm_memory_used_bytes");
    }

    private static HttpResponse<String> page(String url) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Bytes version(Contract document, KeyPair keys, long number, String text) {
        return SignedDocument.state(document, keys.getPrivate(), number, Bytes.utf8(text))
                .bytes();
    }

    private String file(String name, String text) throws IOException {
        return file(name, Bytes.utf8(text));
    }

    private String file(String name, Bytes content) throws IOException {
        return Files.write(directory.resolve(name), content.toArray()).toString();
    }

    private JsonNode json() {
        return JSON.readTree(out.toString());
    }

    private void clear() {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        bytes.reset();
    }

    private int execute(String... arguments) {
        return executePlain(with(arguments, "--api", api));
    }

    private static String[] with(String[] arguments, String... more) {
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }

    private int executePlain(String... arguments) {
        CommandLine line = CommandLines.create(Map.of(), new StandardStreams(in, bytes, terminal));
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
