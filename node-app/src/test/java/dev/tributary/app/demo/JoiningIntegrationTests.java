package dev.tributary.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes of an operator when a node joins, and what the node logs about them. */
@Timeout(180)
class JoiningIntegrationTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final List<NodeChild> nodes = new ArrayList<>();
    private List<String> addresses = List.of();

    @BeforeEach
    void findAddresses() throws IOException {
        addresses = Demo.freeAddresses(3);
    }

    @AfterEach
    void stopAll() throws InterruptedException {
        for (NodeChild node : nodes) {
            node.kill();
        }
    }

    @Test
    void unreachableGatewayIsLoggedAndJoinedOnceItIsUp() throws IOException {
        NodeChild early = start("early", 0, addresses.get(1), "no.such.host.invalid:7475");
        awaitLog("early", "gateway dial failed, will retry gateway=" + addresses.get(1) + " reason=LOST");
        awaitLog("early", "gateway dial failed, will retry gateway=no.such.host.invalid:7475");

        start("gateway", 1);

        awaitNeighbours(early, 1);
    }

    @Test
    void gatewayWithNodesOwnKeyIsLogged() throws Exception {
        NodeChild node = start("node", 0, addresses.get(0));
        awaitLog("node", "gateway dial failed, will retry gateway=" + addresses.get(0));
        awaitLog("node", "the peer is this node itself, or another one with a copy of its key");
        Files.createDirectory(data("copy"));
        Files.copy(key("node"), key("copy"), StandardCopyOption.COPY_ATTRIBUTES);

        start("copy", 1, addresses.get(0));

        awaitLog("copy", "gateway dial failed, will retry gateway=" + addresses.get(0));
        awaitLog("copy", "another one with a copy of its key");
        assertThat(node.ask("status").field("neighbours")).isEqualTo("0");
    }

    @Test
    void peerBelowDifficultyIsRefusedAndBothNodesLogIt() throws IOException {
        nodes.add(NodeChild.start(
                PackagedProgram.forNodes(), data("strict"), addresses.get(0), List.of(), "96m", List.of()));
        assertThat(nodes.get(0).readReply().kind()).isEqualTo("ready");

        start("easy", 1, addresses.get(0));

        awaitLog("strict", "bits, at least 17 are required");
        awaitLog("easy", "bits, at least 17 are required");
    }

    @Test
    void garbageConnectionsDoNotPreventJoining() throws IOException {
        NodeChild gateway = start("gateway", 0);
        String[] address = addresses.get(0).split(":", -1);
        List<Socket> garbageConnections = new ArrayList<>();
        byte[] bytes = new byte[500];
        Random random = new Random(3);
        try {
            for (int i = 0; i < 50; i++) {
                Socket socket = new Socket(InetAddress.getByName(address[0]), Integer.parseInt(address[1]));
                garbageConnections.add(socket);
                random.nextBytes(bytes);
                // Each sends nothing, 250 bytes or 500 bytes of garbage.
                socket.getOutputStream().write(Arrays.copyOf(bytes, i % 3 * 250));
            }
            NodeChild joiner = start("joiner", 1, addresses.get(0));

            awaitNeighbours(joiner, 1);
            awaitNeighbours(gateway, 1);
        } finally {
            for (Socket socket : garbageConnections) {
                socket.close();
            }
        }
    }

    private NodeChild start(String name, int address, String... gateways) throws IOException {
        NodeChild node = NodeChild.start(
                PackagedProgram.forNodes(),
                data(name),
                addresses.get(address),
                List.of(gateways),
                "96m",
                NodeChild.NO_PUZZLE);
        nodes.add(node);
        assertThat(node.readReply().kind()).isEqualTo("ready");
        return node;
    }

    private Path data(String name) {
        return directory.resolve(name);
    }

    private Path key(String name) {
        return data(name).resolve("identity.key");
    }

    private void awaitLog(String name, String text) {
        await().atMost(TIMEOUT)
                .untilAsserted(() ->
                        assertThat(directory.resolve(name + ".log")).content().contains(text));
    }

    private static void awaitNeighbours(NodeChild node, int count) {
        await().atMost(TIMEOUT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> node.ask("status").field("neighbours").equals(Integer.toString(count)));
    }
}
