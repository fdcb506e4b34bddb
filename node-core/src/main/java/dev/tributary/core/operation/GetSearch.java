package dev.tributary.core.operation;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.value.HopsToLive;
import java.time.Duration;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Searches for a contract towards its location. After a lost link this node searches again if it started the search;
 * where no nearer node is, it asks the neighbours that hold replicas for a root.
 */
final class GetSearch {

    /** Maximum number of rounds of a client's search: after a lost link the next round takes another path. */
    private static final int MAX_ROUNDS = 3;

    /** Pause before the second round, doubled before the third: longer than most nodes need to detect a lost link. */
    private static final Duration ROUND_PAUSE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(GetSearch.class);

    private final RequestContext context;
    private final HostedContracts contracts;
    private final int attempts;
    private final BiFunction<PeerLink, Get.Found, Mono<PeerReply>> onFound;

    /**
     * Creates a search.
     *
     * @param attempts maximum number of neighbours to ask
     * @param onFound validates a found state before the reply is emitted
     */
    GetSearch(
            RequestContext context,
            HostedContracts contracts,
            int attempts,
            BiFunction<PeerLink, Get.Found, Mono<PeerReply>> onFound) {
        this.context = context;
        this.contracts = contracts;
        this.attempts = attempts;
        this.onFound = onFound;
    }

    /** The same search, which tells of each found state before it is validated. */
    GetSearch onFound(Runnable listener) {
        return new GetSearch(context, contracts, attempts, (hop, found) -> {
            listener.run();
            return onFound.apply(hop, found);
        });
    }

    /** Emits {@link Get.Found} or {@link Get.NotFound}; errors if no neighbour that may hold the contract answers. */
    Mono<PeerReply> run(Get.Request get, Deadline deadline) {
        Get.NotFound notFound = new Get.NotFound(get.tx(), get.id(), 0);
        if (get.hopsToLive().spent()) {
            return Mono.just(notFound);
        }
        GetRoute search = new GetRoute(get, get.visited().plus(context.self()), deadline, attempts, onFound);
        return attempt(search, 1)
                .switchIfEmpty(Mono.defer(() -> askReplicas(search)))
                .<PeerReply>map(reply -> ((Get.Reply) reply).oneHopFarther(get.tx()))
                .defaultIfEmpty(notFound)
                .flatMap(reply -> reply instanceof Get.Found
                        ? Mono.just(reply)
                        // The contract exists: this node had a copy that it cannot read any more.
                        : contracts.<PeerReply>requireUndamaged(get.id()).defaultIfEmpty(reply));
    }

    /** Runs one round; if this node started the search and a link was lost, another round follows. */
    private Mono<PeerReply> attempt(GetRoute search, int round) {
        return context.forwarder()
                .forward(search)
                .onErrorResume(NodeException.class, failure -> afterLoss(search, round, failure));
    }

    /** The next round uses the links that there are then; if there is none yet, one more follows. */
    private Mono<PeerReply> afterLoss(GetRoute search, int round, NodeException failure) {
        Duration pause = ROUND_PAUSE.multipliedBy(round);
        boolean retries = search.attempts() > 1
                && round < MAX_ROUNDS
                && RefusalMapper.isConnectionLoss(failure)
                && search.deadline().remaining().compareTo(pause.multipliedBy(2)) > 0;
        return retries
                ? Mono.delay(pause, context.timer())
                        .then(Mono.defer(() -> attempt(search, round + 1)))
                        .switchIfEmpty(Mono.defer(() -> afterLoss(search, round + 1, failure)))
                : Mono.error(failure);
    }

    /** No neighbour is nearer: asks the peers that hold replicas for a root, because this node may be the new root. */
    private Mono<PeerReply> askReplicas(GetRoute search) {
        Duration half = search.deadline().remaining().dividedBy(2);
        Duration timeout = shorter(half, context.config().replicaTimeout());
        Get.Request lastHop = new Get.Request(
                search.get().tx(),
                new HopsToLive(0),
                search.visited(),
                timeout.toMillis() < 1 ? Duration.ofMillis(1) : timeout,
                search.get().id());
        return Flux.fromStream(context.neighbours().nearest(search.target(), search.visited()::contains).stream()
                        .limit(context.config().replicas() - 1L))
                .flatMap(link -> askReplica(search, link, lastHop), OperationConfig.MAX_REPLICAS, 1)
                .next();
    }

    private Mono<PeerReply> askReplica(GetRoute search, PeerLink link, Get.Request lastHop) {
        return context.exchanges()
                .ask(link, lastHop, lastHop.budget(), search.deadline()::recordMoved)
                .filter(reply -> reply instanceof Get.Found && search.matches(reply))
                .flatMap(reply -> search.validate(link, reply))
                .onErrorResume(NodeException.class, failure -> {
                    log.debug("no replica tx={} peer={} reason={}", lastHop.tx(), link.peer(), failure.getMessage());
                    return Mono.empty();
                });
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }
}
