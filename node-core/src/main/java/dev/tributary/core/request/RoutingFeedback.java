package dev.tributary.core.request;

import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.ExchangeTimeoutException;
import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.RefusalCode;
import dev.tributary.core.ring.ExchangeTimer;
import dev.tributary.core.ring.Outcome;
import dev.tributary.core.value.PeerId;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Records how an exchange ended, so that later choices of a next hop can use it. */
final class RoutingFeedback {

    private RoutingFeedback() {}

    /** Passes the exchange's reply through {@code check} and records the outcome: a reply, an error or a timeout. */
    static Mono<PeerReply> recordOutcome(
            NeighbourTable neighbourhood,
            PeerId peer,
            Route route,
            Mono<PeerReply> exchange,
            Function<PeerReply, Mono<PeerReply>> check) {
        if (!route.recordsOutcome()) {
            return exchange.flatMap(check);
        }
        ExchangeTimer observation = neighbourhood.observe(peer, route.target());
        return exchange.doOnNext(reply -> observation.onReply())
                .flatMap(check)
                .doOnNext(reply ->
                        observation.complete(route.isInconclusive(reply) ? Outcome.NOT_FOUND : Outcome.ANSWERED))
                .doOnError(failure -> of(failure).ifPresent(observation::complete))
                .doOnCancel(() -> {
                    if (route.deadline().remaining().isZero()) {
                        observation.onDeadline();
                    }
                });
    }

    /** Empty if the failure says nothing about the peer: the contract refused, or this node itself may be at fault. */
    private static Optional<Outcome> of(Throwable failure) {
        if (failure instanceof ExchangeTimeoutException
                || failure instanceof PeerUnreachableException
                || failure instanceof LinkClosedException) {
            return Optional.of(Outcome.NO_REPLY);
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
