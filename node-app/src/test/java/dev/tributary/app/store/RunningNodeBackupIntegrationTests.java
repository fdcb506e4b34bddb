package dev.tributary.app.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.app.demo.NodeChild;
import dev.tributary.app.demo.PackagedProgram;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.transport.client.message.ClientAnswer;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backs up a node in a child process while it is written to, kills it, and restores it elsewhere. */
@Timeout(240)
class RunningNodeBackupIntegrationTests {

    private static final int BEFORE = 30;
    private static final int LARGE_BYTES = 2 << 20;

    @TempDir
    private Path parent;

    private @Nullable NodeChild node;
    private @Nullable NodeClient client;
    private String api = "";

    /** Highest acknowledged version of each contract, by its number. */
    private final Map<Integer, Integer> acknowledged = new ConcurrentHashMap<>();

    @AfterEach
    void stopAll() throws InterruptedException {
        if (client != null) {
            client.close().block();
        }
        if (node != null) {
            node.stop();
        }
    }

    @Test
    void everythingAcknowledgedBeforeABackupUnderLoadIsThereAfterKillAndRestore() throws Exception {
        Path data = parent.toRealPath().resolve("data");
        String archive = parent.resolve("archive").toString();
        String peer = start(data);
        for (int number = 0; number < BEFORE; number++) {
            put(number, 1);
        }
        AtomicBoolean isWriting = new AtomicBoolean(true);
        Thread writer = new Thread(() -> {
            for (int round = 0; isWriting.get(); round++) {
                put(round % (2 * BEFORE), 2 + round);
            }
        });
        writer.start();
        Map<Integer, Integer> before;
        try {
            before = Map.copyOf(acknowledged);
            Commands backup = backUp(data, archive, "--with-identity");
            assertThat(backup.exitCode()).as(backup.err()).isZero();
            assertThat(backup.err()).isEmpty();
        } finally {
            isWriting.set(false);
            writer.join();
        }
        String afterFirst = parent.resolve("first.tar").toString();
        assertThat(backUp(data, afterFirst).exitCode()).isZero();
        assertThat(backUp(data, archive).exitCode()).isZero();
        put(0, 1_000_000);
        Commands increment = backUp(data, archive, "--with-identity");
        assertThat(increment.out()).contains(": 1 states written, " + (acknowledged.size() - 1) + " unchanged");
        assertThat(Commands.execute("store", "list", "--api", api).out())
                .contains(contract(0).key().toString());
        assertThat(Commands.execute("store", "verify", "--api", api).exitCode()).isZero();

        Objects.requireNonNull(node).kill();
        Objects.requireNonNull(client).close().block();
        Path restored = parent.resolve("restored");
        Commands restore = Commands.execute("restore", archive, "--data-directory", restored.toString());
        assertThat(restore.exitCode()).as(restore.err()).isZero();
        assertThat(start(restored)).isEqualTo(peer);
        assertThat(before).hasSizeGreaterThanOrEqualTo(BEFORE);
        acknowledged.forEach((number, version) ->
                assertThat(version(number)).as("contract %d", number).isGreaterThanOrEqualTo(version));
        assertThat(Commands.execute("store", "verify", afterFirst).exitCode()).isZero();
        Commands imported = Commands.execute("store", "import", afterFirst, "--api", api);
        assertThat(imported.exitCode()).as(imported.err()).isZero();
        assertThat(version(0)).as("merged with the later state").isEqualTo(1_000_000);
    }

    @Test
    void pagesOfTheStoreRefuseBrowsersAndUnknownKeys() throws Exception {
        start(parent.resolve("data"));
        put(1, 1);
        assertThat(get("/store/contracts")).isEqualTo(200);
        assertThat(get("/store/contracts", "Sec-Fetch-Site", "same-origin")).isEqualTo(403);
        assertThat(get("/store/contract?key=" + contract(1).id(), "Origin", "null"))
                .isEqualTo(403);
        assertThat(get("/store/contract?key=" + contract(1).id())).isEqualTo(200);
        assertThat(get("/store/contract?key=" + contract(2).id())).isEqualTo(404);
        assertThat(get("/store/code?key=x")).isEqualTo(400);
        assertThat(get("/store/code")).isEqualTo(400);
    }

    @Test
    void scrubIsPausedAndContractsAreDroppedWhileTheNodeRuns() throws Exception {
        start(parent.resolve("data"));
        put(1, 1);
        put(2, 1);
        String key = contract(1).id().toString();

        assertThat(Commands.execute("store", "scrub", "--pause", "--api", api)
                        .out()
                        .strip())
                .isEqualTo("scrub paused");
        assertThat(status()).contains("\"scrubPaused\":true");
        assertThat(Commands.execute("store", "scrub", "--resume", "--api", api)
                        .out()
                        .strip())
                .isEqualTo("scrub resumed");
        assertThat(status()).contains("\"scrubPaused\":false");
        assertThat(Commands.execute("store", "scrub", "--api", api).exitCode()).isEqualTo(2);

        assertThat(Commands.execute("store", "drop", key, "--api", api).out().strip())
                .isEqualTo("1 contracts dropped");
        Commands again = Commands.execute("store", "drop", key, "--api", api);
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.err().strip()).isEqualTo("not stored: " + key);
        assertThat(Commands.execute("store", "list", "--api", api).out())
                .contains(contract(2).id().toString())
                .doesNotContain(key);
        assertThat(get("/store/drop?key=" + key)).isEqualTo(400);
        assertThat(get("/store/scrub?pause")).isEqualTo(400);
    }

    private String status() {
        return Objects.requireNonNull(
                Objects.requireNonNull(client).fetchPage("/status").block());
    }

    @Test
    void identityOfAnotherNodeIsNotPutIntoTheArchive() throws Exception {
        start(parent.resolve("data"));
        Path other = parent.resolve("other");
        assertThat(Commands.execute("id", "--identity-difficulty", "0", "--data-directory", other.toString())
                        .exitCode())
                .isZero();
        Commands backup = backUp(other, parent.resolve("archive").toString(), "--with-identity");
        assertThat(backup.exitCode()).isEqualTo(2);
        assertThat(backup.err()).contains("is that of node").hasLineCount(1);
    }

    private String start(Path data) throws IOException {
        List<String> settings = new ArrayList<>(NodeChild.NO_PUZZLE);
        settings.addAll(List.of("--client-port", "0"));
        node = NodeChild.start(PackagedProgram.forNodes(), data, "127.0.0.1:0", List.of(), "512m", settings);
        NodeChild.Reply ready = node.readReply();
        assertThat(ready.kind()).isEqualTo("ready");
        api = ready.field("api");
        client = NodeClient.open(NodeClientConfig.parse(api));
        return ready.field("peer");
    }

    private Commands backUp(Path data, String archive, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("backup", archive, "--api", api, "--data-directory", data.toString()));
        arguments.addAll(List.of(more));
        return Commands.execute(arguments.toArray(String[]::new));
    }

    private void put(int number, int version) {
        byte[] content = new byte[number == 3 ? LARGE_BYTES : 100 + number];
        Objects.requireNonNull(client)
                .put(contract(number), LastWriterWins.state(version, content))
                .block();
        acknowledged.merge(number, version, Math::max);
    }

    /** The version of the contract's state at the node; the first eight bytes hold it. */
    private int version(int number) {
        ContractInstanceId id = contract(number).id();
        ClientAnswer.GetAnswer found =
                Objects.requireNonNull(Objects.requireNonNull(client).get(id).block());
        return (int) found.state().bytes().toBuffer().getLong();
    }

    private static Contract contract(int number) {
        return LastWriterWins.named("number " + number);
    }

    private int get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.replaceFirst("^ws", "http") + path));
        if (headers.length > 0) {
            request.setHeader(headers[0], headers[1]);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1))
                .statusCode();
    }
}
