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
                ProtocolException,
                RemoteFailureException,
                StorageException {

    NodeException(String message) {
        super(message);
    }

    NodeException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns whether the same request is likely to succeed if it is retried after a short delay. */
    public abstract boolean isRetryable();
}
