package dev.tributary.transport.client.remote;

import java.net.ConnectException;
import java.net.URI;

/** No connection to the node could be had: it is not running, is elsewhere, or does not let this client in. */
public final class NodeUnreachableException extends NodeClientException {

    private final URI node;

    NodeUnreachableException(URI node, Throwable cause) {
        super("cannot connect to a node at " + node + ": " + reason(cause), cause);
        this.node = node;
    }

    /** Where it was looked for. */
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
        // Each way to sockets has its own words for the most frequent reason.
        return cause instanceof ConnectException && message.contains("refused") ? "nobody listens there" : message;
    }
}
