package dev.tributary.core.request;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.ring.ExchangeTimer;
import dev.tributary.core.ring.Outcome;
import dev.tributary.core.value.PeerId;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Records how an exchange ended, so that later choices of a next hop can use it. That a peer finds nothing counts only
 * once another one has found the contract in the same operation: else requests for what no node holds would count against
 * the peers that are asked for them.
 */
final class RoutingFeedback {

    private RoutingFeedback() {}

    /** Passes the exchange's reply through {@code check} and records the outcome: a reply, an error or a timeout. */
    static Mono<PeerReply> recordOutcome(
            NeighbourTable neighbours,
            PeerId peer,
            Route route,
            Mono<PeerReply> exchange,
            Function<PeerReply, Mono<PeerReply>> check) {
        if (!route.recordsOutcome()) {
            return exchange.flatMap(check);
        }
        ExchangeTimer observation = neighbours.observe(peer, route.target());
        return exchange.doOnNext(reply -> observation.onReply())
                .flatMap(check)
                .doOnNext(reply -> {
                    if (route.isInconclusive(reply)) {
                        observation.onNotFound();
                    } else {
                        observation.complete(Outcome.ANSWERED);
                    }
                })
                .doOnError(NodeException.class, failure -> of(failure).ifPresent(observation::complete))
                .doOnCancel(() -> {
                    if (route.deadline().remaining().isZero()) {
                        observation.onDeadline();
                    }
                });
    }

    /** Records the reply of a peer that was asked after another one had found nothing. */
    static void recordLaterReply(NeighbourTable neighbours, PeerId findingNothing, Route route, PeerReply later) {
        if (route.recordsOutcome() && !route.isInconclusive(later)) {
            neighbours.recordNotFound(findingNothing, route.target());
        }
    }

    /** Empty if the failure says nothing about the peer: the contract refused, or this node itself may be at fault. */
    private static Optional<Outcome> of(NodeException failure) {
        return switch (failure.kind()) {
            case EXCHANGE_TIMEOUT, PEER_UNRESPONSIVE, PEER_UNREACHABLE, LINK_CLOSED -> Optional.of(Outcome.NO_REPLY);
            case DEADLINE_EXCEEDED -> Optional.of(Outcome.FAILED);
            case NODE_BUSY -> Optional.of(Outcome.BUSY);
            case REMOTE_FAILURE -> of(((RemoteFailureException) failure).code());
            case CHANNEL_CLOSED,
                    CHANNEL_FULL,
                    CONTRACT_DAMAGED,
                    CONTRACT_FAILED,
                    CONTRACT_NOT_FOUND,
                    CONTRACT_QUARANTINED,
                    CONTRACT_REJECTED,
                    CONTRACT_UNSUPPORTED,
                    HOSTING_BUDGET,
                    NODE_STOPPED,
                    PAYLOAD_TOO_LARGE,
                    PROTOCOL,
                    STORAGE -> Optional.empty();
        };
    }

    private static Optional<Outcome> of(RefusalCode code) {
        return switch (code) {
            case CONTRACT_REJECTED, CONTRACT_UNSUPPORTED, TOO_LARGE, NO_ROOM, NOT_HELD -> Optional.empty();
            // A full disk does not make a peer a bad one to ask for what it holds.
            case BUSY, PEER_LOST, STORAGE -> Optional.of(Outcome.BUSY);
            case UNKNOWN, DEADLINE_EXCEEDED, REQUEST_UNSUPPORTED, STOPPING -> Optional.of(Outcome.FAILED);
        };
    }
}
