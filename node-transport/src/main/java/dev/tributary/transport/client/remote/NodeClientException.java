package dev.tributary.transport.client.remote;

/** Failures between a client and its node, other than the errors of operations that the node reports. */
public abstract sealed class NodeClientException extends RuntimeException
        permits NodeUnreachableException,
                ConnectionLostException,
                RequestTimeoutException,
                NodeRefusedException,
                ClientClosedException {

    /** The kinds of failures, one for each exception type. */
    public enum Kind {
        NODE_UNREACHABLE,
        CONNECTION_LOST,
        REQUEST_TIMEOUT,
        NODE_REFUSED,
        CLIENT_CLOSED
    }

    private final Kind kind;

    NodeClientException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    NodeClientException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Returns the kind of the failure, which determines the exception type. */
    public final Kind kind() {
        return kind;
    }

    /** True if the same request may succeed when it is retried later. Retrying a request is always safe. */
    public abstract boolean isRetryable();
}
