package dev.tributary.transport.client.remote;

import dev.tributary.transport.client.message.ClientError;

/** The node refused the request, with a reason. */
public final class NodeRefusedException extends NodeClientException {

    private final ClientError error;

    NodeRefusedException(ClientError error) {
        super("the node refused the request: " + error.text());
        this.error = error;
    }

    /** The error that the node sent. */
    public ClientError error() {
        return error;
    }

    /** False for requests that the node could not decode or does not support; other errors may be temporary. */
    @Override
    public boolean isRetryable() {
        return !(error instanceof ClientError.DeserializationError || error instanceof ClientError.Unhandled);
    }
}
