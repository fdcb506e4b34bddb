package dev.tributary.core.request;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractQuarantinedException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.ExchangeTimeoutException;
import dev.tributary.core.error.HostingBudgetException;
import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.RefusalCode;
import dev.tributary.core.message.Refused;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Maps errors to refusals, and refusals of a peer back to errors. */
public final class RefusalMapper {

    /** Transient refusals: the same peer may accept the request a little later. */
    private static final Set<String> TRANSIENT = Set.of(RefusalCode.BUSY.name(), RefusalCode.PEER_LOST.name());

    /** Refusals of one contract: the peer can still be asked about other contracts, and about this one much later. */
    private static final Set<RefusalCode> ABOUT_CONTRACT = EnumSet.of(
            RefusalCode.NO_ROOM,
            RefusalCode.TOO_LARGE,
            RefusalCode.CONTRACT_REJECTED,
            RefusalCode.CONTRACT_UNSUPPORTED);

    private RefusalMapper() {}

    /** Whether the refusal concerns one contract only. */
    public static boolean isContractSpecific(RefusalCode code) {
        return ABOUT_CONTRACT.contains(code);
    }

    /** The refusal sent to a peer whose request ended with this error. Internal errors are not described in detail. */
    public static Refused toRefusal(TransactionId tx, Throwable error) {
        RefusalCode code = codeOf(error);
        String detail = error instanceof ContractRejectedException rejected
                ? rejected.reason()
                : code == RefusalCode.UNKNOWN ? "internal error" : String.valueOf(error.getMessage());
        return new Refused(tx, code, detail, lastHopOf(error));
    }

    /**
     * Maps a refusal to an error.
     *
     * @param budget the time that the peer had
     */
    public static NodeException toError(Refused refused, PeerId peer, Duration budget) {
        PeerId lastHop = refused.lastHop() == null ? peer : refused.lastHop();
        return switch (refused.code()) {
            case DEADLINE_EXCEEDED -> new DeadlineExceededException(refused.tx(), budget, lastHop);
            // None is final: runtimes and limits differ between nodes, and a peer's verdict on a contract may be wrong.
            case CONTRACT_REJECTED,
                    CONTRACT_UNSUPPORTED,
                    TOO_LARGE,
                    BUSY,
                    PEER_LOST,
                    STORAGE,
                    STOPPING,
                    NO_ROOM,
                    NOT_HELD,
                    REQUEST_UNSUPPORTED,
                    UNKNOWN -> new RemoteFailureException(peer, refused.code().name(), refused.detail());
        };
    }

    /** The error for a reply that does not answer the request. */
    public static NodeException unexpectedReply(PeerId peer, PeerReply reply) {
        String detail = "its " + reply.getClass().getSimpleName() + " does not answer the request";
        return new RemoteFailureException(peer, RefusalCode.UNKNOWN.name(), detail);
    }

    /** The error for a reply that fails this node's validation. */
    static NodeException invalidReply(PeerId peer, NodeException failure) {
        return new RemoteFailureException(peer, RefusalCode.UNKNOWN.name(), String.valueOf(failure.getMessage()));
    }

    /** Whether the next attempt should go to another peer: this one was lost or late, or refused for good. */
    static boolean isPeerFault(NodeException failure) {
        return failure instanceof PeerUnreachableException
                || failure instanceof ExchangeTimeoutException
                || failure instanceof DeadlineExceededException
                || (failure instanceof RemoteFailureException remote && !TRANSIENT.contains(remote.code()));
    }

    /** Whether a link closed during the request, on this node or on a later hop. */
    public static boolean isConnectionLoss(NodeException failure) {
        return failure instanceof PeerUnreachableException
                || (failure instanceof RemoteFailureException remote
                        && remote.code().equals(RefusalCode.PEER_LOST.name()));
    }

    private static RefusalCode codeOf(Throwable error) {
        if (error instanceof NodeBusyException) {
            return RefusalCode.BUSY;
        } else if (error instanceof ContractRejectedException
                || error instanceof ContractFailedException
                || error instanceof ContractQuarantinedException) {
            return RefusalCode.CONTRACT_REJECTED;
        } else if (error instanceof ContractUnsupportedException) {
            return RefusalCode.CONTRACT_UNSUPPORTED;
        } else if (error instanceof DeadlineExceededException || error instanceof ExchangeTimeoutException) {
            return RefusalCode.DEADLINE_EXCEEDED;
        } else if (error instanceof PeerUnreachableException || error instanceof LinkClosedException) {
            return RefusalCode.PEER_LOST;
        } else if (error instanceof PayloadTooLargeException) {
            return RefusalCode.TOO_LARGE;
        } else if (error instanceof HostingBudgetException) {
            return RefusalCode.NO_ROOM;
        } else if (error instanceof StorageException) {
            return RefusalCode.STORAGE;
        } else if (error instanceof NodeStoppedException) {
            return RefusalCode.STOPPING;
        } else if (error instanceof RemoteFailureException remote) {
            return RefusalCode.valueOf(remote.code());
        }
        return RefusalCode.UNKNOWN;
    }

    private static @Nullable PeerId lastHopOf(Throwable error) {
        if (error instanceof DeadlineExceededException late) {
            return late.lastHop();
        } else if (error instanceof ExchangeTimeoutException silent) {
            return silent.peer();
        } else if (error instanceof PeerUnreachableException lost) {
            return lost.peer();
        } else if (error instanceof RemoteFailureException remote) {
            return remote.peer();
        }
        return null;
    }
}
