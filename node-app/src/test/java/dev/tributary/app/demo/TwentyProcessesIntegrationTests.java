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
 * A network of real processes that all joined through one gateway, which then dies. Twenty, or as many as
 * {@code -Dtributary.processes=} says. Prints what it measured.
 */
@Timeout(900)
class TwentyProcessesIntegrationTests {

    private static final int PROCESSES = Integer.getInteger("tributary.processes", 20);
    private static final int ENOUGH = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
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
    void aNetworkOutlivesTheGatewayThroughWhichAllOfItJoined() throws Exception {
        addresses.addAll(Demo.freeAddresses(PROCESSES + 1));
        long start = System.nanoTime();
        startAll();
        say("%d processes joined through one gateway, %d ms after the first was started", PROCESSES, since(start));
        for (int i = 0; i < PROCESSES; i++) {
            put(i);
        }

        nodes.get(0).kill();
        start = System.nanoTime();
        int atOnce = getAll(1);
        say(
                "gateway killed: %d of %d contracts found at the first try, all after %d ms",
                atOnce, contents.size(), since(start));
        for (int i = 1; i < PROCESSES; i++) {
            put(i);
        }

        start = System.nanoTime();
        nodes.add(start(PROCESSES, addresses.get(PROCESSES / 2)));
        assertThat(nodes.get(PROCESSES).answer().word()).isEqualTo("ready");
        awaitNeighbours(PROCESSES);
        say("a new node joined through another node, %d ms after its start", since(start));
        assertThat(getAll(PROCESSES - 1)).isPositive();

        restartWithoutAGateway(PROCESSES - 1);
        assertThat(getAll(1)).isPositive();
        say("neighbours at the end: %s", neighbours());
    }

    private void startAll() throws IOException {
        nodes.add(start(0, ""));
        assertThat(nodes.get(0).answer().word()).isEqualTo("ready");
        for (int i = 1; i < PROCESSES; i++) {
            nodes.add(start(i, addresses.get(0)));
        }
        for (NodeChild node : nodes.subList(1, PROCESSES)) {
            assertThat(node.answer().word()).isEqualTo("ready");
        }
        for (int i = 0; i < PROCESSES; i++) {
            awaitNeighbours(i);
        }
    }

    /** Its only gateway is dead, so it depends on whom it knew. What it gets was put while it was away. */
    private void restartWithoutAGateway(int node) throws Exception {
        nodes.get(node).kill();
        String key = put(node - 1);
        long start = System.nanoTime();
        nodes.set(node, start(node, addresses.get(0)));
        assertThat(nodes.get(node).answer().word()).isEqualTo("ready");
        long ready = since(start);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> neighbours(node) > 0);
        long linked = since(start);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> got(node, key));
        say(
                "a node killed and restarted without its gateway was ready after %d ms, linked after %d ms, useful after %d ms",
                ready, linked, since(start));
    }

    private NodeChild start(int node, String gateway) throws IOException {
        List<String> gateways = gateway.isEmpty() ? List.of() : List.of(gateway);
        return NodeChild.start(directory.resolve("node-" + node), addresses.get(node), gateways, "96m", SETTINGS);
    }

    private String put(int node) throws IOException {
        String content = "content " + contents.size();
        Path file = Files.writeString(directory.resolve("file-" + contents.size()), content);
        NodeChild.Answer stored = nodes.get(node).ask("put name-" + contents.size() + " " + file);
        assertThat(stored.line()).startsWith("stored").contains("STORED_AT_ROOT");
        contents.put(stored.fact("key"), content);
        return stored.fact("key");
    }

    /** Each through another node, none through the first so many. How many were found at the first try. */
    private int getAll(int excluded) throws IOException {
        int atOnce = 0;
        int node = excluded;
        for (String key : List.copyOf(contents.keySet())) {
            int reader = node;
            if (got(reader, key)) {
                atOnce++;
            } else {
                await().atMost(PATIENCE).pollInterval(Duration.ofMillis(250)).until(() -> got(reader, key));
            }
            node = node + 1 < nodes.size() ? node + 1 : excluded;
        }
        return atOnce;
    }

    private boolean got(int node, String key) throws IOException {
        Path copy = directory.resolve("copy");
        NodeChild.Answer answer = nodes.get(node).ask("get " + key + " " + copy);
        if (answer.word().equals("found")) {
            assertThat(copy).hasContent(contents.get(key));
            return true;
        }
        return false;
    }

    private void awaitNeighbours(int node) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> neighbours(node) >= Math.min(ENOUGH, PROCESSES - 1));
    }

    private int neighbours(int node) throws IOException {
        return Integer.parseInt(nodes.get(node).ask("status").fact("neighbours"));
    }

    private String neighbours() throws IOException {
        int[] counts = new int[nodes.size() - 1];
        for (int node = 1; node < nodes.size(); node++) {
            counts[node - 1] = neighbours(node);
        }
        Arrays.sort(counts);
        return IntStream.of(counts).boxed().toList().toString();
    }

    private static long since(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    @SuppressWarnings("AnnotateFormatMethod") // it is private
    private static void say(String text, Object... facts) {
        System.out.println("  " + text.formatted(facts));
    }
}
