package dev.tributary.transport.client.remote;

import java.net.ConnectException;
import java.net.URI;

/** The client could not connect to the node: it is not running, has another address, or refuses this client. */
public final class NodeUnreachableException extends NodeClientException {

    private final URI node;

    NodeUnreachableException(URI node, Throwable cause) {
        super(Kind.NODE_UNREACHABLE, "cannot connect to a node at " + node + ": " + reason(cause), cause);
        this.node = node;
    }

    /** URL of the node. */
    public URI node() {
        return node;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        if (message == null || message.isBlank()) {
            return cause.getClass().getSimpleName();
        }
        // The message for the most frequent reason depends on the socket implementation.
        return cause instanceof ConnectException && message.contains("refused") ? "connection refused" : message;
    }
}
