package dev.tributary.transport.client.remote;

import java.net.URI;

/** The connection ended while an answer was awaited. Whether the request took effect is unknown; repeating it is safe. */
public final class ConnectionLostException extends NodeClientException {

    private final URI node;

    ConnectionLostException(URI node, String reason) {
        super("the connection to the node at " + node + " was lost: " + reason);
        this.node = node;
    }

    /** Whose connection it was. */
    public URI node() {
        return node;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
