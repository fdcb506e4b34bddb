package dev.tributary.app.storage;

import dev.tributary.app.demo.NodeChild;
import dev.tributary.app.demo.PackagedProgram;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.contract.standard.ImmutableBlob;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** A node in a child process with a data directory and a client, whose log and pages a test reads. */
final class StoreProcess implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Above this size a state and a code are files. */
    static final int INLINE_LIMIT = 2 << 10;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path data;
    private final NodeChild child;
    private final String address;
    private final String api;
    private final NodeClient client;

    private StoreProcess(Path data, NodeChild child, NodeChild.Reply ready) {
        this.data = data;
        this.child = child;
        this.address = ready.field("listen");
        this.api = ready.field("api");
        this.client = NodeClient.open(NodeClientConfig.parse(api));
    }

    /**
     * Where a node runs.
     *
     * @param listen the address for other nodes
     * @param heap the maximum heap
     * @param prefix words before the command of the process
     */
    record Place(String listen, String heap, List<String> prefix) {

        static final Place USUAL = new Place("127.0.0.1:0", "256m", List.of());
    }

    /** Starts a node with these gateways and further settings, and waits until it is ready. */
    static StoreProcess start(Path data, List<String> gateways, String... settings) throws IOException {
        return start(Place.USUAL, data, gateways, settings);
    }

    /** The same at another place. */
    static StoreProcess start(Place place, Path data, List<String> gateways, String... settings) throws IOException {
        List<String> all = new ArrayList<>(NodeChild.NO_PUZZLE);
        all.addAll(List.of("--client-port", "0", "--storage-inline-limit", Integer.toString(INLINE_LIMIT)));
        all.addAll(Arrays.asList(settings));
        NodeChild child = NodeChild.start(
                PackagedProgram.forNodes().after(place.prefix()), data, place.listen(), gateways, place.heap(), all);
        try {
            return new StoreProcess(data, child, child.readReply());
        } catch (IOException ended) {
            throw new IOException(ended.getMessage() + ": " + log(data), ended);
        }
    }

    Path data() {
        return data;
    }

    /** The address for other nodes. */
    String address() {
        return address;
    }

    NodeClient client() {
        return client;
    }

    /** What this node, and those before it on the same directory, wrote to standard error. */
    String log() throws IOException {
        return log(data);
    }

    static String log(Path data) throws IOException {
        return Files.readString(Path.of(data + ".log"));
    }

    /** The status of a page, such as 503 of {@code /health/ready}. */
    int pageStatus(String path) {
        return response(path).statusCode();
    }

    /** The value of a metric without labels. */
    long metric(String name) {
        return response("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> Double.valueOf(line.substring(name.length() + 1)).longValue())
                .findFirst()
                .orElseThrow();
    }

    private HttpResponse<String> response(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(api.replaceFirst("^ws", "http") + path))
                    .timeout(TIMEOUT)
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the condition holds. */
    static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(TIMEOUT).until(condition);
    }

    void awaitNeighbours(int count) {
        await(() -> neighbours() >= count);
    }

    private long neighbours() {
        return Long.parseLong(ask("status").field("neighbours"));
    }

    /** Whether the node has a neighbour; may be asked while the console is busy. */
    boolean hasNeighbour() {
        return response("/status").body().contains("\"direction\"");
    }

    /** Has the console execute a command. */
    NodeChild.Reply ask(String command) {
        try {
            return child.ask(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops the process for as long as a machine sleeps, or lets it go on. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(child.pid()))
                .start()
                .waitFor();
    }

    void put(Sample sample) {
        client.put(sample.contract(), sample.state()).block(TIMEOUT);
    }

    State get(Sample sample) {
        return Objects.requireNonNull(client.get(sample.contract().id()).block(TIMEOUT))
                .state();
    }

    /** Stops the node properly. */
    void stop() throws InterruptedException {
        client.close().block(TIMEOUT);
        child.stop();
    }

    /** Kills the process. */
    @Override
    public void close() {
        client.close().onErrorComplete().block(TIMEOUT);
        try {
            child.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A contract and its state. */
    record Sample(Contract contract, State state) {

        /** A register whose state is in the index. */
        static Sample small(int number) {
            return register(number, 600);
        }

        /** A register whose state is a file. */
        static Sample large(int number) {
            return register(number, 4 * INLINE_LIMIT);
        }

        /** A contract in WebAssembly, whose code is a file, with a state in the index. */
        static Sample wasm(int number) {
            Bytes content = Bytes.wrap(content(number, 600));
            return new Sample(ImmutableBlob.contract(content), ImmutableBlob.state(content));
        }

        private static Sample register(int number, int bytes) {
            return new Sample(
                    LastWriterWins.named("sample " + number), LastWriterWins.state(number + 1, content(number, bytes)));
        }

        private static byte[] content(int number, int bytes) {
            byte[] content = new byte[bytes];
            new Random(number).nextBytes(content);
            return content;
        }
    }
}
