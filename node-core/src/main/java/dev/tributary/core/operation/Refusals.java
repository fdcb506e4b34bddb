package dev.tributary.core.operation;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractQuarantinedException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NoRoomException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.error.PayloadTooLargeException;
import dev.tributary.core.error.PeerSilentException;
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

/** The one place where errors become refusals and refusals become errors again. */
public final class Refusals {

    /** Refusals after which the same peer may say yes a little later. */
    private static final Set<String> PASSING = Set.of(RefusalCode.BUSY.name(), RefusalCode.PEER_LOST.name());

    /** Refusals that are about the contract: the peer may be asked about others, and about this one much later. */
    private static final Set<RefusalCode> ABOUT_CONTRACT = EnumSet.of(
            RefusalCode.NO_ROOM,
            RefusalCode.TOO_LARGE,
            RefusalCode.CONTRACT_REJECTED,
            RefusalCode.CONTRACT_UNSUPPORTED);

    private Refusals() {}

    /** Whether the refusal is about one contract and no other. */
    static boolean isAboutContract(RefusalCode code) {
        return ABOUT_CONTRACT.contains(code);
    }

    /** What to tell a peer whose request ended with this error. A fault of our own is not told in detail. */
    public static Refused of(TransactionId tx, Throwable error) {
        RefusalCode code = codeOf(error);
        String detail = error instanceof ContractRejectedException rejected
                ? rejected.reason()
                : code == RefusalCode.UNKNOWN ? "internal error" : String.valueOf(error.getMessage());
        return new Refused(tx, code, detail, lastHopOf(error));
    }

    /**
     * The error that a refusal stands for.
     *
     * @param budget how long the peer had
     */
    static NodeException toError(Refused refused, PeerId peer, Duration budget) {
        PeerId lastHop = refused.lastHop() == null ? peer : refused.lastHop();
        return switch (refused.code()) {
            case DEADLINE_EXCEEDED -> new DeadlineExceededException(refused.tx(), budget, lastHop);
            // None is final: runtimes and limits are each node's own, and what it says of a contract may be wrong.
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

    /** The error of a peer that answers something else than it was asked. */
    static NodeException nonsense(PeerId peer, PeerReply reply) {
        String detail = "its " + reply.getClass().getSimpleName() + " does not answer the request";
        return new RemoteFailureException(peer, RefusalCode.UNKNOWN.name(), detail);
    }

    /** The error of a peer whose answer does not stand this node's own test. */
    static NodeException rubbish(PeerId peer, NodeException failure) {
        return new RemoteFailureException(peer, RefusalCode.UNKNOWN.name(), String.valueOf(failure.getMessage()));
    }

    /** Whether it is better not to ask the same peer again at once: it was lost, was too late, or is not right. */
    static boolean blamesPeer(NodeException failure) {
        return failure instanceof PeerUnreachableException
                || failure instanceof PeerSilentException
                || failure instanceof DeadlineExceededException
                || (failure instanceof RemoteFailureException remote && !PASSING.contains(remote.code()));
    }

    /** Whether a link ended under the request, here or farther on. */
    static boolean isLoss(NodeException failure) {
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
        } else if (error instanceof DeadlineExceededException || error instanceof PeerSilentException) {
            return RefusalCode.DEADLINE_EXCEEDED;
        } else if (error instanceof PeerUnreachableException || error instanceof LinkClosedException) {
            return RefusalCode.PEER_LOST;
        } else if (error instanceof PayloadTooLargeException) {
            return RefusalCode.TOO_LARGE;
        } else if (error instanceof NoRoomException) {
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
        } else if (error instanceof PeerSilentException silent) {
            return silent.peer();
        } else if (error instanceof PeerUnreachableException lost) {
            return lost.peer();
        } else if (error instanceof RemoteFailureException remote) {
            return remote.peer();
        }
        return null;
    }
}
