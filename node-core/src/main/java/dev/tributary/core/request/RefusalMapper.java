package dev.tributary.core.request;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.ExchangeTimeoutException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.error.PeerUnresponsiveException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.Refused;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Maps errors to refusals, and refusals of a peer back to errors. */
public final class RefusalMapper {

    /** The detail of every refusal because of the store. */
    private static final String STORE_FAILED = "the store failed";

    /** The detail of every refusal because of a damaged copy. */
    private static final String COPY_DAMAGED = "the copy of the contract is damaged";

    private RefusalMapper() {}

    /** The refusal sent to a peer whose request ended with this error. Internal errors are not described in detail. */
    public static Refused toRefusal(TransactionId tx, Throwable error) {
        if (!(error instanceof NodeException failure)) {
            return new Refused(tx, RefusalCode.UNKNOWN, "internal error", null);
        }
        RefusalCode code = failure.refusalCode();
        return new Refused(tx, code, detailOf(failure, code), lastHopOf(failure));
    }

    private static String detailOf(NodeException failure, RefusalCode code) {
        if (failure.kind() == NodeException.Kind.CONTRACT_REJECTED) {
            return ((ContractRejectedException) failure).reason();
        }
        return switch (code) {
            case UNKNOWN -> "internal error";
            // The message names files of this machine, which concern its operator only.
            case STORAGE -> STORE_FAILED;
            case NOT_HELD ->
                failure.kind() == NodeException.Kind.CONTRACT_DAMAGED
                        ? COPY_DAMAGED
                        : String.valueOf(failure.getMessage());
            case BUSY,
                    CONTRACT_REJECTED,
                    DEADLINE_EXCEEDED,
                    PEER_LOST,
                    CONTRACT_UNSUPPORTED,
                    REQUEST_UNSUPPORTED,
                    TOO_LARGE,
                    STOPPING,
                    NO_ROOM -> String.valueOf(failure.getMessage());
        };
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
            case STORAGE -> new RemoteFailureException(peer, refused.code(), STORE_FAILED);
            // None is final: runtimes and limits differ between nodes, and a peer's verdict on a contract may be wrong.
            case CONTRACT_REJECTED,
                    CONTRACT_UNSUPPORTED,
                    TOO_LARGE,
                    BUSY,
                    PEER_LOST,
                    STOPPING,
                    NO_ROOM,
                    NOT_HELD,
                    REQUEST_UNSUPPORTED,
                    UNKNOWN -> new RemoteFailureException(peer, refused.code(), refused.detail());
        };
    }

    /** The error for a reply that does not answer the request. */
    public static NodeException unexpectedReply(PeerId peer, PeerReply reply) {
        String detail = "its " + reply.getClass().getSimpleName() + " does not answer the request";
        return new RemoteFailureException(peer, RefusalCode.UNKNOWN, detail);
    }

    /** The reply, or the error of {@link #unexpectedReply} if it has another type. */
    public static <R extends PeerReply> Mono<R> expect(Class<R> type, PeerId peer, PeerReply reply) {
        return type.isInstance(reply) ? Mono.just(type.cast(reply)) : Mono.error(unexpectedReply(peer, reply));
    }

    /** The error for a reply that fails this node's validation. */
    static NodeException invalidReply(PeerId peer, NodeException failure) {
        return new RemoteFailureException(peer, RefusalCode.UNKNOWN, String.valueOf(failure.getMessage()));
    }

    /** Whether a peer refused because it cannot store or read the contract now, so that another peer is asked. */
    public static boolean isPassedOver(Throwable failure) {
        return failure instanceof RemoteFailureException refused
                && refused.code().isPassedOver();
    }

    /** Whether the next attempt should go to another peer: this one was lost or late, or refused for good. */
    static boolean isPeerFault(NodeException failure) {
        return failure.fault() == NodeException.Fault.PEER;
    }

    /** Whether a link closed during the request, on this node or on a later hop. */
    public static boolean isConnectionLoss(NodeException failure) {
        return failure.kind() != NodeException.Kind.LINK_CLOSED && failure.refusalCode() == RefusalCode.PEER_LOST;
    }

    private static @Nullable PeerId lastHopOf(NodeException failure) {
        return switch (failure.kind()) {
            case DEADLINE_EXCEEDED -> ((DeadlineExceededException) failure).lastHop();
            case EXCHANGE_TIMEOUT -> ((ExchangeTimeoutException) failure).peer();
            case PEER_UNREACHABLE -> ((PeerUnreachableException) failure).peer();
            case PEER_UNRESPONSIVE -> ((PeerUnresponsiveException) failure).peer();
            case REMOTE_FAILURE -> ((RemoteFailureException) failure).peer();
            case CHANNEL_CLOSED,
                    CHANNEL_FULL,
                    CONTRACT_DAMAGED,
                    CONTRACT_FAILED,
                    CONTRACT_NOT_FOUND,
                    CONTRACT_QUARANTINED,
                    CONTRACT_REJECTED,
                    CONTRACT_UNSUPPORTED,
                    HOSTING_BUDGET,
                    LINK_CLOSED,
                    NODE_BUSY,
                    NODE_STOPPED,
                    PAYLOAD_TOO_LARGE,
                    PROTOCOL,
                    STORAGE -> null;
        };
    }
}
