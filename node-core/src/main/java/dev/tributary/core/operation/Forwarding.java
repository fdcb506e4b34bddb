package dev.tributary.core.operation;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.PeerSilentException;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Refused;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Passes a request on to the next hop, and to another one where that helps: the way of every request, whoever started
 * it. The node that starts an operation may ask several neighbours one after the other, each time with a transaction id
 * of its own, so that a late answer to one attempt is not taken for another's. A node that forwards asks one, and another only
 * if that one's link is closed or dead.
 */
final class Forwarding {

    private static final Logger log = LoggerFactory.getLogger(Forwarding.class);

    /** The pause after a refusal that may pass: doubled with every attempt, and spread over half to all of it. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    /** How much longer than the operation an exchange may last: enough for the deadline to be the first to fire. */
    private static final Duration AFTER_DEADLINE = Duration.ofSeconds(1);

    /** A peer that has not answered by then is asked whether it lives at all, and has as long again and a half for that. */
    private static final Duration DOUBT = Duration.ofSeconds(2);

    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(3);

    private static final Duration LIFELESS = DOUBT.plus(SIGN_OF_LIFE);

    /** Nobody holds it, so the answer is small and comes at once. */
    private static final ContractInstanceId NOTHING = new ContractInstanceId(Bytes.wrap(new byte[32]));

    private final Neighbourhood neighbourhood;
    private final Exchanges exchanges;
    private final OperationConfig config;
    private final Supplier<TransactionId> ids;
    private final Scheduler timer;
    private final RandomGenerator random;

    Forwarding(
            Neighbourhood neighbourhood,
            Exchanges exchanges,
            OperationConfig config,
            Supplier<TransactionId> ids,
            Scheduler timer,
            RandomGenerator random) {
        this.neighbourhood = neighbourhood;
        this.exchanges = exchanges;
        this.config = config;
        this.ids = ids;
        this.timer = timer;
        this.random = random;
    }

    /**
     * The first conclusive reply. Empty if there is nobody to ask, or nobody whose link is alive. An inconclusive reply
     * is emitted when all who may be asked gave one. Errors with the reason of the last failure.
     */
    Mono<PeerReply> forward(Route route) {
        return attempt(route, 1, Visited.nobody(), null);
    }

    private Mono<PeerReply> attempt(Route route, int number, Visited shunned, @Nullable Throwable before) {
        return Mono.defer(() -> {
            List<PeerLink> hops =
                    route.candidates(neighbourhood, peer -> route.visited().contains(peer) || shunned.contains(peer));
            if (hops.isEmpty()) {
                return before == null ? Mono.empty() : Mono.error(before);
            }
            PeerLink hop = hops.get(0);
            Duration left = route.deadline().left();
            boolean another = hops.size() > 1 && number < route.attempts();
            // Half of the time for each attempt but the last, so that a silent peer leaves time for the next. The last
            // one
            // has all that is left and a little more: the operation's own deadline is what ends it.
            Duration share = another ? left.dividedBy(2) : left;
            Duration patience = another ? share : left.plus(AFTER_DEADLINE);
            boolean doubts = route.doubts(hops.size() - 1);
            return ask(route, hop, number, shunned, share, patience, doubts)
                    .<Mono<PeerReply>>map(reply -> another && route.inconclusive(reply)
                            ? attempt(route, number + 1, shunned.plus(hop.peer()), before)
                                    .defaultIfEmpty(reply)
                            : conclude(route, reply, before))
                    .onErrorResume(
                            NodeException.class,
                            failure -> Mono.just(again(route, hop, number, shunned, before, failure)))
                    .flatMap(Function.identity());
        });
    }

    /** Nobody may say that there is nothing to find as long as somebody who might know better failed to answer. */
    private static Mono<PeerReply> conclude(Route route, PeerReply reply, @Nullable Throwable before) {
        return before != null && route.inconclusive(reply) ? Mono.error(before) : Mono.just(reply);
    }

    private Mono<PeerReply> ask(
            Route route, PeerLink hop, int number, Visited shunned, Duration share, Duration patience, boolean doubts) {
        TransactionId tx =
                number == 1 && shunned.peers().isEmpty() ? route.deadline().tx() : ids.get();
        PeerRequest request = route.request(tx, route.visited().plus(shunned.peers()), budget(share));
        route.deadline().asks(hop.peer());
        log.debug(
                "tx={} {} next={} attempt={} hops-left={} budget-ms={}",
                tx,
                request.getClass().getDeclaringClass().getSimpleName(),
                hop.peer(),
                number,
                request.hopsToLive().left(),
                request.budget().toMillis());
        Mono<PeerReply> answer = exchanges.ask(hop, request, patience);
        Mono<PeerReply> exchange = doubts ? Mono.firstWithSignal(answer, lifeless(hop)) : answer;
        return Outcomes.watched(neighbourhood, hop.peer(), route, exchange, reply -> {
            if (reply instanceof Refused refused) {
                return Mono.error(Refusals.toError(refused, hop.peer(), request.budget()));
            }
            return route.answers(reply)
                    ? route.test(hop, reply)
                            .onErrorMap(ContractRejectedException.class, bad -> Refusals.rubbish(hop.peer(), bad))
                    : Mono.error(Refusals.nonsense(hop.peer(), reply));
        });
    }

    /** Errors if after a while the peer answers nothing at all; never ends otherwise, for whoever lives is waited for. */
    private Mono<PeerReply> lifeless(PeerLink hop) {
        return Mono.delay(DOUBT, timer)
                .then(Mono.defer(() -> exchanges.ask(
                        hop,
                        new Get.Request(
                                ids.get(),
                                new HopsToLive(0),
                                Visited.nobody().plus(neighbourhood.self()),
                                SIGN_OF_LIFE,
                                NOTHING),
                        SIGN_OF_LIFE)))
                .onErrorMap(PeerSilentException.class, silent -> new PeerSilentException(hop.peer(), LIFELESS))
                .onErrorResume(
                        NodeException.class,
                        failure -> failure instanceof PeerSilentException ? Mono.error(failure) : Mono.never())
                .then(Mono.never());
    }

    private Mono<PeerReply> again(
            Route route, PeerLink hop, int number, Visited shunned, @Nullable Throwable before, NodeException failure) {
        if (failure instanceof LinkClosedException) {
            // It was never sent: the next-nearest takes its place, and no attempt is used up.
            return attempt(route, number, shunned.plus(hop.peer()), before);
        }
        if (isLifeless(failure)) {
            // As good as never sent; but it may have known what others do not.
            return attempt(route, number, shunned.plus(hop.peer()), failure);
        }
        // A contract that fails here does so whoever brought the state.
        if (number >= route.attempts() || !failure.isRetryable() || failure instanceof ContractFailedException) {
            return Mono.error(failure);
        }
        return Refusals.blamesPeer(failure)
                ? attempt(route, number + 1, shunned.plus(hop.peer()), failure)
                : attempt(route, number + 1, shunned, failure).delaySubscription(pause(number), timer);
    }

    /** Whether the last peer that could be asked was passed over because it answers nothing at all. */
    static boolean isLifeless(Throwable failure) {
        return failure instanceof PeerSilentException silent
                && silent.patience().equals(LIFELESS);
    }

    private Duration pause(int number) {
        long whole = FIRST_PAUSE.toMillis() << Math.min(number - 1, 10);
        return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
    }

    /** What the next hop gets of our time: the margin is kept for its answer's way back. */
    private Duration budget(Duration share) {
        Duration quarter = share.dividedBy(4);
        Duration margin = quarter.compareTo(config.hopMargin()) < 0 ? quarter : config.hopMargin();
        Duration budget = share.minus(margin);
        return budget.toMillis() < 1 ? Duration.ofMillis(1) : budget;
    }
}
