package dev.tributary.core.request;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.PeerUnresponsiveException;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Refused;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.Transfer;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Forwards a request to the next hop and retries with another hop where that helps; own and forwarded requests alike.
 * The node that starts an operation may ask several neighbours one after the other, each with a new transaction id, so
 * that a late reply to one attempt is not taken for the reply to another. A forwarding node asks one neighbour, and a
 * further one only if that neighbour's link is closed or unresponsive.
 */
public final class Forwarder {

    private static final Logger log = LoggerFactory.getLogger(Forwarder.class);

    /** Backoff after the first transient refusal; doubled with every attempt, with jitter down to one half of it. */
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);

    /** Time that an exchange may outlast the operation, so that the operation's deadline fires first. */
    private static final Duration AFTER_DEADLINE = Duration.ofSeconds(1);

    /** Time without a reply after which a peer is sent a liveness probe. */
    private static final Duration PROBE_DELAY = Duration.ofSeconds(2);

    /** Timeout of the liveness probe. */
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);

    /** Time after which a peer that answers neither the request nor the probe is unresponsive. */
    private static final Duration UNRESPONSIVE = PROBE_DELAY.plus(PROBE_TIMEOUT);

    /** Maximum number of peers that are passed over, so that a network without room costs few copies of a request. */
    private static final int MAX_PASSED_OVER = 4;

    private final NeighbourTable neighbours;
    private final Exchanges exchanges;
    private final OperationConfig config;
    private final Supplier<TransactionId> ids;
    private final Scheduler timer;
    private final RandomGenerator random;

    Forwarder(
            NeighbourTable neighbours,
            Exchanges exchanges,
            OperationConfig config,
            Supplier<TransactionId> ids,
            Scheduler timer,
            RandomGenerator random) {
        this.neighbours = neighbours;
        this.exchanges = exchanges;
        this.config = config;
        this.ids = ids;
        this.timer = timer;
        this.random = random;
    }

    /**
     * Emits the first conclusive reply. Completes empty if no candidate has an open link. An inconclusive reply is
     * emitted if all peers that may be asked gave one. Errors with the reason of the last failure.
     */
    public Mono<PeerReply> forward(Route route) {
        return attempt(route, 1, AskedPeers.NONE, null);
    }

    private Mono<PeerReply> attempt(Route route, int number, AskedPeers asked, @Nullable Throwable lastFailure) {
        return Mono.defer(() -> {
            List<PeerLink> hops =
                    route.candidates(neighbours, peer -> route.visited().contains(peer) || asked.contains(peer));
            if (hops.isEmpty()) {
                return lastFailure == null ? Mono.empty() : Mono.error(lastFailure);
            }
            PeerLink hop = hops.get(0);
            Duration left = route.deadline().remaining();
            boolean hasAlternative = hops.size() > 1 && number < route.attempts();
            // Each attempt but the last gets half of the time left, so that a silent peer leaves time for the next one.
            // The last attempt gets all of it and a little more, so that the operation's own deadline ends it.
            Duration share = hasAlternative ? left.dividedBy(2) : left;
            // A large state has long: a hop is given up when nothing moves for as long as a small one may take.
            Duration patience = shorter(left, config.deadline());
            Duration silence = hasAlternative ? patience.dividedBy(2) : patience.plus(AFTER_DEADLINE);
            boolean probes = route.probesSilentHop(hops.size() - 1);
            return ask(route, hop, number, asked, share, silence, probes)
                    .<Mono<PeerReply>>map(reply -> hasAlternative && route.isInconclusive(reply)
                            ? attempt(route, number + 1, asked.plusReplied(hop.peer()), lastFailure)
                                    .doOnNext(later ->
                                            RoutingFeedback.recordLaterReply(neighbours, hop.peer(), route, later))
                                    .defaultIfEmpty(reply)
                            : conclude(route, reply, lastFailure))
                    .onErrorResume(
                            NodeException.class,
                            failure -> Mono.just(retry(route, hop, number, asked, lastFailure, failure)))
                    .flatMap(Function.identity());
        });
    }

    /** An inconclusive reply does not count after a failed attempt: the failed peer might have held the contract. */
    private static Mono<PeerReply> conclude(Route route, PeerReply reply, @Nullable Throwable lastFailure) {
        return lastFailure != null && route.isInconclusive(reply) ? Mono.error(lastFailure) : Mono.just(reply);
    }

    private Mono<PeerReply> ask(
            Route route, PeerLink hop, int number, AskedPeers asked, Duration share, Duration silence, boolean probes) {
        TransactionId tx = number == 1 && asked.count() == 0 ? route.deadline().tx() : ids.get();
        PeerRequest request = route.request(tx, asked.visited(route), budget(share));
        route.deadline().recordLastHop(hop.peer());
        log.debug(
                "forwarding tx={} type={} next={} attempt={} hops-left={} budget-ms={}",
                tx,
                request.getClass().getDeclaringClass().getSimpleName(),
                hop.peer(),
                number,
                request.hopsToLive().left(),
                request.budget().toMillis());
        Mono<PeerReply> answer = exchanges.ask(hop, request, silence, route.deadline()::recordMoved);
        Mono<PeerReply> exchange = probes ? Mono.firstWithSignal(answer, probe(hop, tx)) : answer;
        return RoutingFeedback.recordOutcome(neighbours, hop.peer(), route, exchange, reply -> {
            if (reply instanceof Refused refused) {
                return Mono.error(RefusalMapper.toError(refused, hop.peer(), request.budget()));
            }
            return route.matches(reply)
                    ? route.validate(hop, reply)
                            .onErrorMap(
                                    ContractRejectedException.class, bad -> RefusalMapper.invalidReply(hop.peer(), bad))
                    : Mono.error(RefusalMapper.unexpectedReply(hop.peer(), reply));
        });
    }

    /**
     * Probes the peer after a pause: errors if it does not answer the probe either, and never ends if it does. While the
     * peer takes bytes of the request it is alive, and its answer may wait behind them: then it is probed again.
     */
    private Mono<PeerReply> probe(PeerLink hop, TransactionId tx) {
        return Mono.defer(() -> {
            Optional<Transfer> before = hop.transfer(tx);
            return Mono.delay(PROBE_DELAY, timer)
                    .then(Mono.defer(() -> PeerProbe.send(exchanges, hop, ids.get(), neighbours.self(), PROBE_TIMEOUT)))
                    .onErrorResume(
                            NodeException.class,
                            failure -> failure.kind() == NodeException.Kind.EXCHANGE_TIMEOUT
                                    ? onUnansweredProbe(hop, tx, before)
                                    : Mono.never())
                    .then(Mono.never());
        });
    }

    private Mono<PeerReply> onUnansweredProbe(PeerLink hop, TransactionId tx, Optional<Transfer> before) {
        Optional<Transfer> now = hop.transfer(tx);
        return now.isPresent() && !now.equals(before)
                ? probe(hop, tx)
                : Mono.error(new PeerUnresponsiveException(hop.peer(), UNRESPONSIVE));
    }

    private Mono<PeerReply> retry(
            Route route,
            PeerLink hop,
            int number,
            AskedPeers asked,
            @Nullable Throwable lastFailure,
            NodeException failure) {
        AskedPeers others = isUnreached(failure) ? asked.plusFailed(hop.peer()) : asked.plusReplied(hop.peer());
        return switch (failure.kind()) {
            // The request was never sent: the next-nearest peer is asked, and the attempt is not counted.
            case LINK_CLOSED -> attempt(route, number, others, lastFailure);
            // Not counted as an attempt, but the failure is kept: the peer might have held the contract.
            case PEER_UNRESPONSIVE -> attempt(route, number, others, failure);
            // Not counted either: the refusal was quick, and another peer may store or hold the contract.
            case REMOTE_FAILURE ->
                RefusalMapper.isPassedOver(failure) && others.count() <= MAX_PASSED_OVER
                        ? attempt(route, number, others, failure)
                        : retryCounted(route, number, asked, others, failure);
            // A contract that fails on this node fails with a state from any peer.
            case CONTRACT_FAILED -> Mono.error(failure);
            case CHANNEL_CLOSED,
                    CHANNEL_FULL,
                    CONTRACT_DAMAGED,
                    CONTRACT_NOT_FOUND,
                    CONTRACT_QUARANTINED,
                    CONTRACT_REJECTED,
                    CONTRACT_UNSUPPORTED,
                    DEADLINE_EXCEEDED,
                    EXCHANGE_TIMEOUT,
                    HOSTING_BUDGET,
                    NODE_BUSY,
                    NODE_STOPPED,
                    PAYLOAD_TOO_LARGE,
                    PEER_UNREACHABLE,
                    PROTOCOL,
                    STORAGE -> retryCounted(route, number, asked, others, failure);
        };
    }

    /** Whether the peer may not have had the request, or its reply did not arrive: the fault may be the link's. */
    private static boolean isUnreached(NodeException failure) {
        return switch (failure.kind()) {
            case LINK_CLOSED, PEER_UNRESPONSIVE, EXCHANGE_TIMEOUT, PEER_UNREACHABLE -> true;
            case REMOTE_FAILURE,
                    CONTRACT_FAILED,
                    CHANNEL_CLOSED,
                    CHANNEL_FULL,
                    CONTRACT_DAMAGED,
                    CONTRACT_NOT_FOUND,
                    CONTRACT_QUARANTINED,
                    CONTRACT_REJECTED,
                    CONTRACT_UNSUPPORTED,
                    DEADLINE_EXCEEDED,
                    HOSTING_BUDGET,
                    NODE_BUSY,
                    NODE_STOPPED,
                    PAYLOAD_TOO_LARGE,
                    PROTOCOL,
                    STORAGE -> false;
        };
    }

    private Mono<PeerReply> retryCounted(
            Route route, int number, AskedPeers asked, AskedPeers others, NodeException failure) {
        if (number >= route.attempts() || !failure.isRetryable()) {
            return Mono.error(failure);
        }
        return RefusalMapper.isPeerFault(failure)
                ? attempt(route, number + 1, others, failure)
                : attempt(route, number + 1, asked, failure).delaySubscription(backoff(number), timer);
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }

    private Duration backoff(int number) {
        long whole = FIRST_BACKOFF.toMillis() << Math.min(number - 1, 10);
        return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
    }

    /** The next hop's budget: the share less a margin, which is kept for the reply's way back. */
    private Duration budget(Duration share) {
        Duration quarter = share.dividedBy(4);
        Duration margin = quarter.compareTo(config.hopMargin()) < 0 ? quarter : config.hopMargin();
        Duration budget = share.minus(margin);
        return budget.toMillis() < 1 ? Duration.ofMillis(1) : budget;
    }
}
