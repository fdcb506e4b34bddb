package dev.tributary.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tributary.core.contract.LastWriterWins;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Five node processes, controlled through their consoles and killed. */
@Timeout(180)
class FiveProcessesIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final List<NodeChild> nodes = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();

    @AfterEach
    void stopAll() throws InterruptedException {
        for (NodeChild node : nodes) {
            node.kill();
        }
    }

    @Test
    void demoRunsAllSteps() throws Exception {
        StringWriter output = new StringWriter();
        Demo demo = new Demo(PackagedProgram.forNodes(), new PrintWriter(output), directory);
        Path file = directory.resolve("file.bin");
        byte[] content = new byte[300_000];
        new Random(1).nextBytes(content);
        Files.write(file, content);
        try {
            demo.run(file);
        } finally {
            demo.stop();
        }
        assertThat(output.toString())
                .contains("STORED_AT_ROOT", "KILL", "identical", "not found", "done")
                .contains("PUT version 2", "refused: ", "the signature is not the writer's")
                .containsPattern("node \\d: [1-9]\\d* call\\(s\\), .* bytes compiled")
                .contains("holds 1 contract(s)");
    }

    @Test
    void acknowledgedStatesSurviveKillOfAllProcesses() throws Exception {
        startNodes(5);
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Path file = Files.writeString(directory.resolve("file-" + i), "content " + i);
            NodeChild.Reply stored = nodes.get(i % 5).ask("put name-" + i + " " + file);
            assertThat(stored.line()).startsWith("stored").contains("STORED_AT_ROOT");
            assertThat(Integer.parseInt(stored.field("hops"))).isBetween(0, 4);
            keys.add(stored.field("key"));
        }
        for (NodeChild node : nodes) {
            node.kill();
        }

        nodes.clear();
        for (int i = 0; i < 5; i++) {
            nodes.add(NodeChild.start(PackagedProgram.forNodes(), data(i), addresses.get(i), addresses.subList(0, i)));
        }
        for (NodeChild node : nodes) {
            assertThat(node.readReply().kind()).isEqualTo("ready");
        }
        awaitLinks();
        for (int i = 0; i < 10; i++) {
            Path copy = directory.resolve("copy-" + i);
            NodeChild.Reply found = nodes.get((i + 3) % 5).ask("get " + keys.get(i) + " " + copy);
            assertThat(found.kind()).as(found.line()).isEqualTo("found");
            assertThat(copy).hasContent("content " + i);
        }
    }

    @Test
    void unknownKeyIsNotFoundAndInvalidCommandsAreExplained() throws Exception {
        startNodes(2);
        NodeChild node = nodes.get(0);

        assertThat(node.ask("get " + LastWriterWins.named("nothing").id()).kind())
                .isEqualTo("not-found");
        assertThat(node.ask("get xyz").line()).startsWith("failed").contains("contract instance id");
        assertThat(node.ask("put only-a-name").line()).startsWith("failed").contains("put NAME FILE");
        assertThat(node.ask("put name /no/such/file").line())
                .startsWith("failed")
                .contains("/no/such/file");
        assertThat(node.ask("publish document /no/such/parameters x").line())
                .startsWith("failed")
                .contains("/no/such/parameters");
        assertThat(node.ask("publish nothing a b").line()).startsWith("failed").contains("document|log|counter|blob");
        assertThat(node.ask("publish document").line()).startsWith("failed").contains("publish CODE");
        assertThat(node.ask("put \"two words\" \"/no/such file\"").line()).contains("/no/such file");
        assertThat(node.ask("status").field("calls")).isEqualTo("0");
        assertThat(node.ask("dance").line()).startsWith("failed").contains("help");
    }

    @Test
    void secondProcessOnSameDataDirectoryIsRefused() throws Exception {
        startNodes(1);

        NodeChild second = NodeChild.start(PackagedProgram.forNodes(), data(0), "127.0.0.1:0", List.of());
        nodes.add(second);
        assertThatThrownBy(second::readReply).isInstanceOf(IOException.class);
        assertThat(Files.readString(Path.of(data(0) + ".log")))
                .contains("is in use by process " + nodes.get(0).pid());
    }

    private void startNodes(int count) throws Exception {
        addresses.addAll(Demo.freeAddresses(count));
        for (int i = 0; i < count; i++) {
            nodes.add(NodeChild.start(PackagedProgram.forNodes(), data(i), addresses.get(i), addresses.subList(0, i)));
        }
        for (NodeChild node : nodes) {
            assertThat(node.readReply().kind()).isEqualTo("ready");
        }
        awaitLinks();
    }

    private void awaitLinks() {
        String expected = Integer.toString(nodes.size() - 1);
        await().atMost(TIMEOUT).until(() -> {
            for (NodeChild node : nodes) {
                if (!node.ask("status").field("neighbours").equals(expected)) {
                    return false;
                }
            }
            return true;
        });
    }

    private Path data(int node) {
        return directory.resolve("node-" + node);
    }
}
