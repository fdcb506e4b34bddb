package dev.tributary.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A network of 20 processes that join through one gateway, which is then killed; {@code -Dtributary.processes=} sets
 * another number. Prints its measurements.
 */
@Timeout(900)
class TwentyProcessesIntegrationTests {

    private static final int PROCESSES = Integer.getInteger("tributary.processes", 20);
    private static final int MIN_NEIGHBOURS = 3;
    private static final Duration TIMEOUT = Duration.ofMinutes(4);
    private static final List<String> SETTINGS = Stream.concat(
                    NodeChild.NO_PUZZLE.stream(),
                    Stream.of("--ring-min-neighbours", "5", "--ring-max-neighbours", "12"))
            .toList();

    @TempDir
    private Path directory;

    private final List<NodeChild> nodes = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final Map<String, String> contents = new LinkedHashMap<>();

    @AfterEach
    void stopAll() throws InterruptedException {
        for (NodeChild node : nodes) {
            node.kill();
        }
    }

    @Test
    void networkSurvivesLossOfItsOnlyGateway() throws Exception {
        addresses.addAll(Demo.freeAddresses(PROCESSES + 1));
        long start = System.nanoTime();
        startAll();
        print(
                "%d processes joined through one gateway, %d ms after the first was started",
                PROCESSES, millisSince(start));
        for (int i = 0; i < PROCESSES; i++) {
            put(i);
        }

        nodes.get(0).kill();
        start = System.nanoTime();
        int foundAtOnce = getAll(1);
        print(
                "gateway killed: %d of %d contracts found at the first try, all after %d ms",
                foundAtOnce, contents.size(), millisSince(start));
        for (int i = 1; i < PROCESSES; i++) {
            put(i);
        }

        start = System.nanoTime();
        nodes.add(start(PROCESSES, addresses.get(PROCESSES / 2)));
        assertThat(nodes.get(PROCESSES).readReply().kind()).isEqualTo("ready");
        awaitNeighbours(PROCESSES);
        print("a new node joined through another node, %d ms after its start", millisSince(start));
        assertThat(getAll(PROCESSES - 1)).isPositive();

        restartWithoutAGateway(PROCESSES - 1);
        assertThat(getAll(1)).isPositive();
        print("neighbours at the end: %s", neighbours());
    }

    private void startAll() throws IOException {
        nodes.add(start(0, ""));
        assertThat(nodes.get(0).readReply().kind()).isEqualTo("ready");
        for (int i = 1; i < PROCESSES; i++) {
            nodes.add(start(i, addresses.get(0)));
        }
        for (NodeChild node : nodes.subList(1, PROCESSES)) {
            assertThat(node.readReply().kind()).isEqualTo("ready");
        }
        for (int i = 0; i < PROCESSES; i++) {
            awaitNeighbours(i);
        }
    }

    /** Restarts the node, whose only gateway is down, so it must dial known peers; then gets a key put meanwhile. */
    private void restartWithoutAGateway(int node) throws Exception {
        nodes.get(node).kill();
        String key = put(node - 1);
        long start = System.nanoTime();
        nodes.set(node, start(node, addresses.get(0)));
        assertThat(nodes.get(node).readReply().kind()).isEqualTo("ready");
        long ready = millisSince(start);
        await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(100)).until(() -> neighbours(node) > 0);
        long linked = millisSince(start);
        await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(100)).until(() -> isFound(node, key));
        print(
                "a node restarted without its gateway was ready after %d ms, linked after %d ms, found a key after %d ms",
                ready, linked, millisSince(start));
    }

    private NodeChild start(int node, String gateway) throws IOException {
        List<String> gateways = gateway.isEmpty() ? List.of() : List.of(gateway);
        return NodeChild.start(
                PackagedProgram.forNodes(),
                directory.resolve("node-" + node),
                addresses.get(node),
                gateways,
                "96m",
                SETTINGS);
    }

    private String put(int node) throws IOException {
        String content = "content " + contents.size();
        Path file = Files.writeString(directory.resolve("file-" + contents.size()), content);
        NodeChild.Reply stored = nodes.get(node).ask("put name-" + contents.size() + " " + file);
        assertThat(stored.line()).startsWith("stored").contains("STORED_AT_ROOT");
        contents.put(stored.field("key"), content);
        return stored.field("key");
    }

    /** Gets each key through another node, except the first nodes; returns how many were found at the first try. */
    private int getAll(int excluded) throws IOException {
        int foundAtOnce = 0;
        int node = excluded;
        for (String key : List.copyOf(contents.keySet())) {
            int reader = node;
            if (isFound(reader, key)) {
                foundAtOnce++;
            } else {
                await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(250)).until(() -> isFound(reader, key));
            }
            node = node + 1 < nodes.size() ? node + 1 : excluded;
        }
        return foundAtOnce;
    }

    private boolean isFound(int node, String key) throws IOException {
        Path copy = directory.resolve("copy");
        NodeChild.Reply answer = nodes.get(node).ask("get " + key + " " + copy);
        if (answer.kind().equals("found")) {
            assertThat(copy).hasContent(contents.get(key));
            return true;
        }
        return false;
    }

    private void awaitNeighbours(int node) {
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> neighbours(node) >= Math.min(MIN_NEIGHBOURS, PROCESSES - 1));
    }

    private int neighbours(int node) throws IOException {
        return Integer.parseInt(nodes.get(node).ask("status").field("neighbours"));
    }

    private String neighbours() throws IOException {
        int[] counts = new int[nodes.size() - 1];
        for (int node = 1; node < nodes.size(); node++) {
            counts[node - 1] = neighbours(node);
        }
        Arrays.sort(counts);
        return IntStream.of(counts).boxed().toList().toString();
    }

    private static long millisSince(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    @SuppressWarnings("AnnotateFormatMethod") // it is private
    private static void print(String text, Object... facts) {
        System.out.println("  " + text.formatted(facts));
    }
}
