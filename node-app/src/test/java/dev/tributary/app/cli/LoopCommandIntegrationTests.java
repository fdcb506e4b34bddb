package dev.tributary.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.contract.StandardStreams;
import dev.tributary.app.demo.NodeChild;
import dev.tributary.app.demo.PackagedProgram;
import dev.tributary.core.contract.LastWriterWins;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code loop}, with a node in a child process. */
@Timeout(300)
class LoopCommandIntegrationTests {

    private static final String UNKNOWN = LastWriterWins.named("unknown").id().toString();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private static Path home;

    private static NodeChild node;
    private static String api = "";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void startNode() throws IOException {
        List<String> settings = new ArrayList<>(NodeChild.NO_PUZZLE);
        settings.addAll(List.of("--client-port", "0"));
        node = NodeChild.start(
                PackagedProgram.forNodes(), home.resolve("node"), "127.0.0.1:0", List.of(), "512m", settings);
        api = node.readReply().field("api");
    }

    @AfterAll
    static void stopNode() throws InterruptedException {
        node.stop();
    }

    @Test
    void latestEventsAreListedAndSummarisedBySource() {
        assertThat(execute("get", UNKNOWN)).isEqualTo(1);
        clear();

        assertThat(execute("loop", "--last", "1 h")).as(err.toString()).isZero();

        assertThat(out.toString().lines().findFirst())
                .hasValueSatisfying(line ->
                        assertThat(line).containsPattern("^age +source +kind +peer +transaction +waiting +handling$"));
        assertThat(out.toString())
                .containsPattern(
                        "(?m)^[0-9.]+ [num]?s +notifications +GetRequested +- +- +[0-9.]+ [num]?s +[0-9.]+ [num]?s$")
                .containsPattern("(?m)^source +kind +events +events/s +waiting p50 +p99 +max +handling p50 +p99 +max$")
                .containsPattern("(?m)^notifications +all ")
                .containsPattern("(?m)^notifications +GetRequested ");
    }

    @Test
    void jsonHasEventsAndTimesByKind() {
        assertThat(execute("get", UNKNOWN)).isEqualTo(1);
        clear();

        assertThat(execute("loop", "--json", "--last", "1 min"))
                .as(err.toString())
                .isZero();

        JsonNode page = JSON.readTree(out.toString());
        assertThat(page.path("capacity").asInt()).isEqualTo(4096);
        assertThat(page.path("recorded").asLong()).isPositive();
        assertThat(page.path("events")
                        .valueStream()
                        .map(each -> each.path("kind").asString()))
                .contains("GetRequested");
        JsonNode kind = page.path("kinds")
                .valueStream()
                .filter(each -> each.path("kind").asString().equals("GetRequested"))
                .findFirst()
                .orElseThrow();
        assertThat(kind.path("source").asString()).isEqualTo("notifications");
        assertThat(kind.path("handling").path("maxNanos").asLong()).isPositive();
        assertThat(kind.path("waiting").path("buckets").size()).isPositive();
    }

    @Test
    void eventsBeforeTheAskedTimeAreLeftOut() {
        assertThat(execute("loop", "--json", "--last", "1 ms"))
                .as(err.toString())
                .isZero();

        assertThat(JSON.readTree(out.toString()).path("events").valueStream())
                .allMatch(each -> each.path("ageNanos").asLong() <= 1_000_000);
    }

    @Test
    void followShowsTheTimesOfEachSecond() {
        AtomicBoolean isOver = new AtomicBoolean();
        Thread client = new Thread(() -> {
            while (!isOver.get()) {
                executePlain(new StringWriter(), "get", UNKNOWN, "--api", api);
            }
        });
        client.setDaemon(true);
        client.start();

        assertThat(execute("loop", "--follow", "--count", "3"))
                .as(err.toString())
                .isZero();

        isOver.set(true);
        assertThat(out.toString().lines().filter(line -> line.matches(".* events in [0-9.]+ [m]?s")))
                .hasSize(3);
        assertThat(out.toString())
                .containsPattern("(?m)^source +time +<= 10 us +<= 100 us +<= 1 ms +<= 10 ms +<= 100 ms +more$")
                .containsPattern("(?m)^notifications +GetRequested +\\d+ +[0-9.]+ ")
                .containsPattern("(?m)^notifications +waiting +\\d+ +\\d+ +\\d+ +\\d+ +\\d+ +\\d+$");
    }

    @Test
    void followAsJsonIsOneLineASecond() {
        assertThat(execute("loop", "--follow", "--count", "2", "--json"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString().lines())
                .hasSize(2)
                .allMatch(line -> JSON.readTree(line).has("kinds"));
    }

    @Test
    void followEndsQuietlyWhenItsReaderIsGone() {
        Writer closed = new Writer() {
            @Override
            public void write(char[] text, int offset, int length) throws IOException {
                throw new IOException("broken pipe");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };

        assertThat(executePlain(closed, "loop", "--follow", "--api", api)).isZero();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void missingNodeIsNamed() {
        for (String[] command : List.of(new String[] {"loop"}, new String[] {"loop", "--follow"})) {
            clear();
            assertThat(executePlain(out, with(command, "--api", "ws://127.0.0.1:1")))
                    .isEqualTo(3);
            assertThat(err.toString())
                    .startsWith("error: cannot connect to a node at ws://127.0.0.1:1: ")
                    .contains("tributary run")
                    .hasLineCount(2);
        }
    }

    @Test
    void invalidDurationErrorTellsWhatIsAllowed() {
        Map<String, String> messages = Map.of(
                "soon", "must be a whole number with ms, s, min or h, such as 60 s",
                "5 parsecs", "must be a whole number with ms, s, min or h, such as 60 s",
                "0 s", "must be more than zero and at most 24 h",
                "25 h", "must be more than zero and at most 24 h");
        messages.forEach((given, message) -> {
            clear();
            assertThat(execute("loop", "--last", given)).isEqualTo(2);
            assertThat(err.toString()).startsWith("error: --last = '" + given + "': " + message);
        });
        clear();
        assertThat(execute("loop", "--last", "5 s", "--follow")).isEqualTo(2);
        assertThat(err.toString()).contains("--last and --follow exclude each other");
        clear();
        assertThat(execute("loop", "--follow", "--count", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("must be 1 or more");
    }

    @Test
    void pageIsNotForWebPagesAndNamesItsQuery() throws Exception {
        assertThat(page("/loop", "Origin", api.replaceFirst("^ws", "http")).statusCode())
                .isEqualTo(403);
        assertThat(page("/loop", "Sec-Fetch-Site", "same-origin").statusCode()).isEqualTo(403);
        for (String query : List.of("last=soon", "last=", "last=-1", "last=1234567890", "first=1")) {
            HttpResponse<String> reply = page("/loop?" + query, "Accept", "*/*");
            assertThat(reply.statusCode()).as(query).isEqualTo(400);
            assertThat(reply.body()).contains("last=MILLISECONDS");
        }
    }

    private static HttpResponse<String> page(String path, String header, String value)
            throws IOException, InterruptedException {
        URI uri = URI.create(api.replaceFirst("^ws", "http") + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).header(header, value).build(), HttpResponse.BodyHandlers.ofString());
    }

    private void clear() {
        Stream.of(out, err).forEach(each -> each.getBuffer().setLength(0));
    }

    private int execute(String... arguments) {
        return executePlain(out, with(arguments, "--api", api));
    }

    private static String[] with(String[] arguments, String... more) {
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }

    private int executePlain(Writer output, String... arguments) {
        CommandLine line = CommandLines.create(
                Map.of(), new StandardStreams(InputStream.nullInputStream(), new ByteArrayOutputStream(), false));
        return line.setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
