package dev.tributary.transport.client.remote;

import java.net.URI;

/** The connection closed before the reply arrived. The request may have taken effect; retrying it is safe. */
public final class ConnectionLostException extends NodeClientException {

    private final URI node;

    ConnectionLostException(URI node, String reason) {
        super(Kind.CONNECTION_LOST, "the connection to the node at " + node + " was lost: " + reason);
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
}
