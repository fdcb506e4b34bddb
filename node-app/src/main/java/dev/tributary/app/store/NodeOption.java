package dev.tributary.app.store;

import java.io.IOException;
import picocli.CommandLine.Option;

/** The running node that a command works with. */
final class NodeOption {

    @Option(
            names = "--api",
            paramLabel = "URL",
            defaultValue = NodeAddress.DEFAULT,
            description = "URL of the node's client API; also TRIBUTARY_API (default: ws://127.0.0.1:7509)")
    @SuppressWarnings("NullAway.Init") // set by the parser
    private String api;

    /** Runs the action with a client of the node, which is closed afterwards; returns the exit code. */
    int with(NodeAddress.NodeAction action) throws IOException {
        return NodeAddress.with(api, action);
    }
}
