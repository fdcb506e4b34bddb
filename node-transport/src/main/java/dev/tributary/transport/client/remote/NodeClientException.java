package dev.tributary.transport.client.remote;

/** Failures between a client and its node, other than the errors of operations that the node reports. */
public abstract sealed class NodeClientException extends RuntimeException
        permits NodeUnreachableException,
                ConnectionLostException,
                RequestTimeoutException,
                NodeRefusedException,
                ClientClosedException {

    NodeClientException(String message) {
        super(message);
    }

    NodeClientException(String message, Throwable cause) {
        super(message, cause);
    }

    /** True if the same request may succeed when it is retried later. Retrying a request is always safe. */
    public abstract boolean isRetryable();
}
