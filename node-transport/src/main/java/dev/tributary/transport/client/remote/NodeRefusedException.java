package dev.tributary.transport.client.remote;

import dev.tributary.transport.client.message.ClientError;

/** The node says that it did not do what it was asked for, and why. */
public final class NodeRefusedException extends NodeClientException {

    private final ClientError error;

    NodeRefusedException(ClientError error) {
        super("the node says: " + error.text());
        this.error = error;
    }

    /** In the node's own words. */
    public ClientError error() {
        return error;
    }

    /** Networks heal; a request that could not be read, or that is not served, is none the better later. */
    @Override
    public boolean isRetryable() {
        return !(error instanceof ClientError.DeserializationError || error instanceof ClientError.Unhandled);
    }
}
