package dev.tributary.core.error;

/** Everything that can go wrong with an operation or a link, each kind a final class with its facts as accessors. */
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
                NoRoomException,
                PayloadTooLargeException,
                PeerSilentException,
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

    /** Whether the same request may well succeed when it is made again a little later. */
    public abstract boolean isRetryable();
}
