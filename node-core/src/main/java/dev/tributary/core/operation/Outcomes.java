package dev.tributary.core.operation;

import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.PeerSilentException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.RefusalCode;
import dev.tributary.core.ring.Observation;
import dev.tributary.core.ring.Outcome;
import dev.tributary.core.value.PeerId;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** What later choices of a next hop learn from the end of an exchange. */
final class Outcomes {

    private Outcomes() {}

    /** The exchange with its reply judged, which is noted when it is over, however that comes. */
    static Mono<PeerReply> watched(
            Neighbourhood neighbourhood,
            PeerId peer,
            Route route,
            Mono<PeerReply> exchange,
            Function<PeerReply, Mono<PeerReply>> judge) {
        if (!route.teaches()) {
            return exchange.flatMap(judge);
        }
        Observation seen = neighbourhood.observe(peer, route.target());
        return exchange.doOnNext(reply -> seen.replied())
                .flatMap(judge)
                .doOnNext(reply -> seen.ended(route.inconclusive(reply) ? Outcome.NOT_FOUND : Outcome.ANSWERED))
                .doOnError(failure -> of(failure).ifPresent(seen::ended))
                .doOnCancel(() -> {
                    if (route.deadline().left().isZero()) {
                        seen.timeIsOver();
                    }
                });
    }

    /** Empty if it says nothing about the peer: a contract refuses for its own reasons, and this node may be at fault. */
    private static Optional<Outcome> of(Throwable failure) {
        if (failure instanceof PeerSilentException
                || failure instanceof PeerUnreachableException
                || failure instanceof LinkClosedException) {
            return Optional.of(Outcome.SILENT);
        } else if (failure instanceof DeadlineExceededException) {
            return Optional.of(Outcome.FAILED);
        } else if (failure instanceof NodeBusyException) {
            return Optional.of(Outcome.BUSY);
        } else if (failure instanceof RemoteFailureException remote) {
            return of(RefusalCode.valueOf(remote.code()));
        }
        return Optional.empty();
    }

    private static Optional<Outcome> of(RefusalCode code) {
        return switch (code) {
            case CONTRACT_REJECTED, CONTRACT_UNSUPPORTED, TOO_LARGE, NO_ROOM, NOT_HELD -> Optional.empty();
            case BUSY, PEER_LOST -> Optional.of(Outcome.BUSY);
            case UNKNOWN, DEADLINE_EXCEEDED, STORAGE, REQUEST_UNSUPPORTED, STOPPING -> Optional.of(Outcome.FAILED);
        };
    }
}
