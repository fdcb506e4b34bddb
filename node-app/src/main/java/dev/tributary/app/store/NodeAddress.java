package dev.tributary.app.store;

import dev.tributary.app.archive.ArchiveException;
import dev.tributary.transport.client.remote.NodeClient;
import dev.tributary.transport.client.remote.NodeClientConfig;
import java.io.IOException;
import java.time.Duration;

/** Connects a command to a running node. */
final class NodeAddress {

    static final String DEFAULT = "${env:TRIBUTARY_API:-ws://127.0.0.1:7509}";

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private NodeAddress() {}

    /** What a command does with a connected client; returns the exit code. */
    interface NodeAction {
        int run(NodeClient node) throws IOException;
    }

    /** Opens a client of the node at this URL, and closes it afterwards. */
    static int with(String url, NodeAction action) throws IOException {
        NodeClient node = NodeClient.open(parse(url));
        try {
            return action.run(node);
        } finally {
            node.close().onErrorComplete().block(CLOSE_TIMEOUT);
        }
    }

    private static NodeClientConfig parse(String url) {
        try {
            return NodeClientConfig.parse(url);
        } catch (IllegalArgumentException invalid) {
            throw new ArchiveException("--api: " + invalid.getMessage(), invalid);
        }
    }
}
