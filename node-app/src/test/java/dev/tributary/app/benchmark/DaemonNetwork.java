package dev.tributary.app.benchmark;

import dev.tributary.app.demo.ChildProgram;
import dev.tributary.app.demo.NodeChild;
import dev.tributary.app.demo.PackagedProgram;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Processes of the packaged program with their defaults, on loopback, each with a durable store and a client port. */
final class DaemonNetwork implements AutoCloseable {

    /** Time for the nodes to settle: the first comparisons are over then. */
    private static final Duration SETTLING = Duration.ofSeconds(15);

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

    private final List<NodeChild> nodes = new ArrayList<>();
    private final List<NodeClient> clients = new ArrayList<>();

    private DaemonNetwork() {}

    /**
     * Starts this number of nodes, and waits until each has all others as neighbours.
     *
     * @param options options of the JVM, beside its heap
     * @param connections maximum number of requests in flight of each client
     */
    static DaemonNetwork start(int size, Path directory, List<String> options, int connections) throws IOException {
        ChildProgram program = new ChildProgram(options, List.of("-jar", PackagedProgram.JAR.toString()));
        DaemonNetwork network = new DaemonNetwork();
        List<String> gateways = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            NodeChild node = NodeChild.start(
                    program,
                    directory.resolve("node-" + i),
                    "127.0.0.1:0",
                    gateways,
                    "1g",
                    List.of("--client-port", "0"));
            network.nodes.add(node);
            NodeChild.Reply ready = node.readReply();
            gateways.add(ready.field("listen"));
            NodeClientConfig config = NodeClientConfig.parse(ready.field("api"));
            network.clients.add(NodeClient.open(config.withMaxConnections(connections)));
        }
        network.awaitNeighbours();
        LockSupport.parkNanos(SETTLING.toNanos());
        return network;
    }

    private void awaitNeighbours() throws IOException {
        String expected = Integer.toString(nodes.size() - 1);
        long end = System.nanoTime() + TIMEOUT.toNanos();
        for (NodeChild node : nodes) {
            while (!node.ask("status").field("neighbours").equals(expected)) {
                if (System.nanoTime() - end > 0) {
                    throw new IOException("a node has fewer than " + expected + " neighbours");
                }
                LockSupport.parkNanos(POLL_INTERVAL.toNanos());
            }
        }
    }

    NodeClient first() {
        return clients.get(0);
    }

    NodeClient last() {
        return clients.get(clients.size() - 1);
    }

    /** What the processes have used so far. */
    ProcessCosts costs() {
        return ProcessCosts.of(nodes.stream().map(NodeChild::pid).toList());
    }

    @Override
    public void close() {
        for (NodeClient client : clients) {
            client.close().block(TIMEOUT);
        }
        for (NodeChild node : nodes) {
            node.requestStop();
        }
        for (NodeChild node : nodes) {
            stop(node);
        }
    }

    private static void stop(NodeChild node) {
        try {
            node.stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
