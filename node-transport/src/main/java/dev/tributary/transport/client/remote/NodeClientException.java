package dev.tributary.transport.client.remote;

/** What can go wrong between a client and its node, besides what the node itself says in terms of its own errors. */
public abstract sealed class NodeClientException extends RuntimeException
        permits NodeUnreachableException,
                ConnectionLostException,
                NoAnswerException,
                NodeRefusedException,
                ClientClosedException {

    NodeClientException(String message) {
        super(message);
    }

    NodeClientException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether the same request may well succeed when it is made again a little later. To repeat one is always safe. */
    public abstract boolean isRetryable();
}
