package dev.tributary.transport.client.remote;

import dev.tributary.transport.client.message.ClientError;

/** The node refused the request, with a reason. */
public final class NodeRefusedException extends NodeClientException {

    private final ClientError error;

    NodeRefusedException(ClientError error) {
        super(Kind.NODE_REFUSED, "the node refused the request: " + error.text());
        this.error = error;
    }

    /** The error that the node sent. */
    public ClientError error() {
        return error;
    }

    /** False for requests that the node could not decode or does not support; other errors may be temporary. */
    @Override
    public boolean isRetryable() {
        return switch (error.kind()) {
            case DESERIALIZATION_ERROR, UNHANDLED -> false;
            case PLAIN,
                    INCORRECT_STATE,
                    UNKNOWN_CLIENT,
                    OPERATION_ERROR,
                    CONTRACT_FAILED,
                    CONTRACT_MISSING,
                    DELEGATE_NOT_REGISTERED,
                    DELEGATE_FAILED,
                    DELEGATE_MISSING,
                    SECRET_MISSING,
                    SECRET_FORBIDDEN -> true;
        };
    }
}
