package dev.tributary.core.error;

/** Base type of all failures of an operation or a link. Each kind is a final class with its details as accessors. */
public abstract sealed class NodeException extends RuntimeException
        permits ChannelClosedException,
                ChannelFullException,
                ContractFailedException,
                ContractNotFoundException,
                ContractQuarantinedException,
                ContractRejectedException,
                ContractUnsupportedException,
                DeadlineExceededException,
                LinkClosedException,
                NodeBusyException,
                NodeStoppedException,
                HostingBudgetException,
                PayloadTooLargeException,
                ExchangeTimeoutException,
                PeerUnreachableException,
                PeerUnresponsiveException,
                ProtocolException,
                RemoteFailureException,
                StorageException {

    /** The kinds of failures, one for each exception type. */
    public enum Kind {
        CHANNEL_CLOSED,
        CHANNEL_FULL,
        CONTRACT_FAILED,
        CONTRACT_NOT_FOUND,
        CONTRACT_QUARANTINED,
        CONTRACT_REJECTED,
        CONTRACT_UNSUPPORTED,
        DEADLINE_EXCEEDED,
        EXCHANGE_TIMEOUT,
        HOSTING_BUDGET,
        LINK_CLOSED,
        NODE_BUSY,
        NODE_STOPPED,
        PAYLOAD_TOO_LARGE,
        PEER_UNREACHABLE,
        PEER_UNRESPONSIVE,
        PROTOCOL,
        REMOTE_FAILURE,
        STORAGE
    }

    private final Kind kind;

    NodeException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    NodeException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Returns the kind of the failure, which determines the exception type. */
    public final Kind kind() {
        return kind;
    }

    /** Returns whether the same request is likely to succeed if it is retried after a short delay. */
    public abstract boolean isRetryable();
}
