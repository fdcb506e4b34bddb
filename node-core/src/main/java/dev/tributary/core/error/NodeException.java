package dev.tributary.core.error;

/** Base type of all failures of an operation or a link. Each kind is a final class with its details as accessors. */
public abstract sealed class NodeException extends RuntimeException
        permits ChannelClosedException,
                ChannelFullException,
                ContractDamagedException,
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

    /**
     * The kinds of failures, one for each exception type, each with what is true of all or most failures of the kind:
     * the code that a peer is refused with, whether a retry may succeed, and what is at fault.
     */
    public enum Kind {
        CHANNEL_CLOSED(RefusalCode.UNKNOWN, false, Fault.OTHER),
        CHANNEL_FULL(RefusalCode.UNKNOWN, true, Fault.OTHER),
        /** Another node may hold the contract at any moment. */
        CONTRACT_DAMAGED(RefusalCode.NOT_HELD, true, Fault.OTHER),
        CONTRACT_FAILED(RefusalCode.CONTRACT_REJECTED, false, Fault.OTHER),
        /** The contract may be put at any moment. */
        CONTRACT_NOT_FOUND(RefusalCode.UNKNOWN, true, Fault.OTHER),
        CONTRACT_QUARANTINED(RefusalCode.CONTRACT_REJECTED, false, Fault.OTHER),
        CONTRACT_REJECTED(RefusalCode.CONTRACT_REJECTED, false, Fault.INPUT),
        CONTRACT_UNSUPPORTED(RefusalCode.CONTRACT_UNSUPPORTED, false, Fault.NODE_LIMITS),
        DEADLINE_EXCEEDED(RefusalCode.DEADLINE_EXCEEDED, true, Fault.PEER),
        EXCHANGE_TIMEOUT(RefusalCode.DEADLINE_EXCEEDED, true, Fault.PEER),
        HOSTING_BUDGET(RefusalCode.NO_ROOM, true, Fault.OTHER),
        LINK_CLOSED(RefusalCode.PEER_LOST, true, Fault.OTHER),
        NODE_BUSY(RefusalCode.BUSY, true, Fault.OTHER),
        NODE_STOPPED(RefusalCode.STOPPING, false, Fault.OTHER),
        PAYLOAD_TOO_LARGE(RefusalCode.TOO_LARGE, false, Fault.NODE_LIMITS),
        PEER_UNREACHABLE(RefusalCode.PEER_LOST, true, Fault.PEER),
        PEER_UNRESPONSIVE(RefusalCode.DEADLINE_EXCEEDED, true, Fault.PEER),
        PROTOCOL(RefusalCode.UNKNOWN, false, Fault.OTHER),
        /** Another peer may succeed. */
        REMOTE_FAILURE(RefusalCode.UNKNOWN, true, Fault.PEER),
        STORAGE(RefusalCode.STORAGE, false, Fault.OTHER);

        private final RefusalCode refusalCode;
        private final boolean isRetryable;
        private final Fault fault;

        Kind(RefusalCode refusalCode, boolean isRetryable, Fault fault) {
            this.refusalCode = refusalCode;
            this.isRetryable = isRetryable;
            this.fault = fault;
        }
    }

    /** What is at fault, as far as it determines what the node does next. */
    public enum Fault {
        /** The peer was lost or late, or refused for good: the next attempt should go to another peer. */
        PEER,
        /** The state or the change is invalid. */
        INPUT,
        /** This node has no runtime for the contract, or it exceeds a size limit: no retry and no peer can help. */
        NODE_LIMITS,
        /** Anything else, such as a lack of time, memory or capacity. */
        OTHER
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
    public boolean isRetryable() {
        return kind.isRetryable;
    }

    /** Returns the code of the refusal that a peer is sent whose request failed like this. */
    public RefusalCode refusalCode() {
        return kind.refusalCode;
    }

    /** Returns what is at fault. */
    public Fault fault() {
        return kind.fault;
    }

    /** Returns whether this node cannot store a valid state now, and other nodes may. */
    public boolean isLackOfRoom() {
        return kind == Kind.STORAGE || kind == Kind.HOSTING_BUDGET;
    }
}
