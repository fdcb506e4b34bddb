package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.hosting.CompareOperation;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.hosting.StateReceiver;
import dev.tributary.core.hosting.replica.Freshness;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.BackgroundExecutor;
import dev.tributary.core.request.Cancellation;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.MemoryLimit;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.request.Route;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers a GET from this node's replica once another host has confirmed it, else searches towards the contract's
 * location. Every hop on the way back stores what was found. A client's GET and a neighbour's GET run the same pipeline.
 */
public final class GetOperation {

    /** Maximum number of rounds of a client's search: after a lost link the next round takes another path. */
    private static final int MAX_ROUNDS = 3;

    /** Pause before the second round, doubled before the third: longer than most nodes need to detect a lost link. */
    private static final Duration ROUND_PAUSE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(GetOperation.class);

    private final RequestContext context;
    private final HostedContracts contracts;
    private final CompareOperation compares;
    private final StateReceiver receiver;
    private final BackgroundExecutor background;
    private final MemoryLimit answers;

    /**
     * Creates the operation.
     *
     * @param compares has other hosts confirm a replica
     * @param receiver stores what is found for this node's own clients
     * @param answers limits the bytes of found contracts that are being stored, of one answering peer and of all
     */
    public GetOperation(
            RequestContext context,
            HostedContracts contracts,
            CompareOperation compares,
            StateReceiver receiver,
            BackgroundExecutor background,
            MemoryLimit answers) {
        this.context = context;
        this.contracts = contracts;
        this.compares = compares;
        this.receiver = receiver;
        this.background = background;
        this.answers = answers;
    }

    /**
     * Runs a client's GET. Each subscription is a new transaction. A state from a peer is validated, merged and
     * committed on this node before it is emitted.
     */
    public Mono<GetResult> fetch(ContractInstanceId id) {
        return fetch(id, CallClass.CLIENT_LOCAL);
    }

    /**
     * Runs a GET of this node, which has more time if a large state moves for it.
     *
     * @param callClass the priority class in which a found state is validated
     */
    public Mono<GetResult> fetch(ContractInstanceId id, CallClass callClass) {
        return fetch(id, callClass, context.config().deadline(), context::growingDeadline);
    }

    /** Runs a GET of this node within the budget, however large the state is. */
    public Mono<GetResult> fetch(ContractInstanceId id, CallClass callClass, Duration budget) {
        return fetch(id, callClass, budget, context::deadline);
    }

    /** Runs a GET for an operation of this node, whose deadline grows together with that of the GET. */
    Mono<GetResult> fetch(ContractInstanceId id, CallClass callClass, Deadline operation) {
        return fetch(
                id,
                callClass,
                operation.remaining(),
                (budget, tx) -> context.growingDeadline(budget, tx).onMoved(operation::recordMoved));
    }

    private Mono<GetResult> fetch(
            ContractInstanceId id,
            CallClass callClass,
            Duration budget,
            BiFunction<Duration, TransactionId, Deadline> deadline) {
        return Mono.defer(() -> {
            OperationConfig config = context.config();
            Get.Request get = new Get.Request(
                    context.ids().get(), new HopsToLive(config.hopsToLive()), Visited.none(), budget, id);
            Search search = new Search(config.attempts(), (hop, found) -> store(callClass, hop, found));
            return run(get, search, deadline.apply(budget, get.tx()))
                    .map(reply -> ((Get.Reply) reply).result())
                    .doOnNext(this::countUnconfirmed);
        });
    }

    /**
     * Handles a neighbour's GET; the neighbour counts as visited even if its request does not say so. The reply is
     * emitted before this node validates and stores the found state.
     */
    public Mono<PeerReply> serve(PeerId neighbour, Get.Request get) {
        Get.Request seen = new Get.Request(
                get.tx(), context.cappedHops(get.hopsToLive()), get.visited().plus(neighbour), get.budget(), get.id());
        Deadline limit = context.growingDeadline(get.budget(), get.tx()).onMoved(context.reportTo(neighbour, get.tx()));
        return run(seen, new Search(1, this::storeLater), limit);
    }

    private Mono<PeerReply> run(Get.Request get, Search search, Deadline limit) {
        return limit.limit(
                deadline -> contracts
                        .find(get.id())
                        .flatMap(stored -> answerFromReplica(get, stored, search, deadline))
                        // Other nodes may hold what the store of this one cannot read now.
                        .onErrorResume(
                                StorageException.class,
                                failure -> search(get, search, deadline)
                                        .filter(Get.Found.class::isInstance)
                                        .switchIfEmpty(Mono.error(failure)))
                        .switchIfEmpty(Mono.defer(() -> search(get, search, deadline))),
                context.timer());
    }

    private void countUnconfirmed(GetResult result) {
        if (result instanceof GetResult.Found found && !found.fresh()) {
            contracts.recordUnconfirmedAnswer();
        }
    }

    /** A quarantined contract is not searched for; a found state would be merged into the isolated one. */
    private Mono<PeerReply> answerFromReplica(
            Get.Request get, StoredContract stored, Search search, Deadline deadline) {
        Freshness freshness = contracts.freshness(get.id());
        boolean quarantined =
                !contracts.conformanceMonitor().mayBroadcast(stored.contract().key());
        boolean asks = !quarantined && !get.hopsToLive().spent();
        return switch (freshness) {
            case CONFIRMED -> Mono.just(foundHere(get, stored, true));
            case UNCONFIRMABLE -> Mono.just(foundHere(get, stored, false));
            case PARTNER_AWAITED, UNCONFIRMED ->
                asks ? confirm(get, search, deadline) : Mono.just(foundHere(get, stored, false));
        };
    }

    /**
     * Has the contract's other hosts confirm the replica. That they answer is waited for only a share of the time; once
     * one of them is known to hold another state, the merge is waited for until the deadline.
     */
    private Mono<PeerReply> confirm(Get.Request get, Search search, Deadline deadline) {
        Deadline patience = context.deadline(
                shorter(deadline.remaining().dividedBy(2), context.config().replicaTimeout()), get.tx());
        return compares.confirm(get.id(), patience, deadline).then(Mono.defer(() -> {
            boolean searches = contracts.freshness(get.id()) == Freshness.UNCONFIRMED;
            return searches
                    ? findFresher(get, search, patience).switchIfEmpty(replicaAsItIs(get, search, deadline))
                    : replicaAsItIs(get, search, deadline);
        }));
    }

    /** Searches for another replica until the patience ends, and then for as long as a found one is merged. */
    private Mono<PeerReply> findFresher(Get.Request get, Search search, Deadline patience) {
        AtomicBoolean merging = new AtomicBoolean();
        Search noting = new Search(search.attempts, (hop, found) -> {
            merging.set(true);
            return search.onFound.apply(hop, found);
        });
        Mono<Long> end = Mono.delay(patience.remaining(), context.timer())
                .filter(late -> !merging.get())
                .switchIfEmpty(Mono.never());
        return Cancellation.until(search(get, noting, patience), end)
                .onErrorResume(NodeException.class, failure -> Mono.empty())
                .filter(Get.Found.class::isInstance);
    }

    /** The replica, which may have changed since it was first read. */
    private Mono<PeerReply> replicaAsItIs(Get.Request get, Search search, Deadline deadline) {
        return contracts
                .find(get.id())
                .map(stored -> foundHere(get, stored, contracts.isFresh(get.id())))
                .switchIfEmpty(Mono.defer(() -> search(get, search, deadline)));
    }

    private Mono<PeerReply> search(Get.Request get, Search handling, Deadline deadline) {
        Get.NotFound notFound = new Get.NotFound(get.tx(), get.id(), 0);
        if (get.hopsToLive().spent()) {
            return Mono.just(notFound);
        }
        GetRoute search =
                new GetRoute(get, get.visited().plus(context.self()), deadline, handling.attempts, handling.onFound);
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

    /** Stores the found state and emits the merged one; errors if the contract refuses the found state. */
    private Mono<PeerReply> store(CallClass callClass, PeerLink hop, Get.Found found) {
        Mono<State> merged =
                receiver.store(StateOrigin.ofReply(callClass, hop.peer(), found), found.contract(), found.state());
        return answers.admit(hop.peer(), bytes(found), merged)
                .<PeerReply>map(
                        state -> new Get.Found(found.tx(), found.contract(), state, found.hops(), found.fresh()))
                .onErrorResume(
                        ContractRejectedException.class,
                        refused -> heldInstead(callClass, found).switchIfEmpty(Mono.error(refused)));
    }

    /** A valid state that the contract only refuses to merge is an older one, most likely: it has nothing new. */
    private Mono<PeerReply> heldInstead(CallClass callClass, Get.Found found) {
        return contracts
                .find(found.contract().id())
                .filterWhen(stored -> contracts.isValid(callClass, found.contract(), found.state()))
                .map(stored -> new Get.Found(found.tx(), stored.contract(), stored.state(), found.hops(), false));
    }

    /** Stores it without a search for related contracts: each hop would start searches, which would start more. */
    private Mono<PeerReply> storeLater(PeerLink hop, Get.Found found) {
        background.execute(
                "tx=" + found.tx() + " copy",
                bytes(found),
                contracts.store(
                        StateOrigin.ofReply(CallClass.BACKGROUND, hop.peer(), found), found.contract(), found.state()));
        return Mono.just(found);
    }

    private static int bytes(Get.Found found) {
        return found.contract().bytes() + found.state().size();
    }

    private PeerReply foundHere(Get.Request get, StoredContract stored, boolean fresh) {
        contracts.recordRequest(get.id());
        if (contracts.takeOutdatedDemand(get.id())) {
            background.execute("tx=" + get.tx() + " demand", stored.state().size(), contracts.storeDemand(get.id()));
        }
        return new Get.Found(get.tx(), stored.contract(), stored.state(), 0, fresh);
    }

    /**
     * How this node searches.
     *
     * @param attempts maximum number of neighbours to ask
     * @param onFound validates a found state before the reply is emitted
     */
    private record Search(int attempts, BiFunction<PeerLink, Get.Found, Mono<PeerReply>> onFound) {}

    /**
     * Routes a GET towards the contract's location. The node that starts the search may also ask neighbours that are
     * farther from the location than itself: on a sparse ring the path may lead away from the location first.
     */
    private record GetRoute(
            Get.Request get,
            Visited visited,
            Deadline deadline,
            int attempts,
            BiFunction<PeerLink, Get.Found, Mono<PeerReply>> onFound)
            implements Route {

        @Override
        public RingLocation target() {
            return get.id().location();
        }

        @Override
        public List<PeerLink> candidates(NeighbourTable neighbours, Predicate<PeerId> excluded) {
            return attempts > 1 ? neighbours.anyHops(target(), excluded) : neighbours.nextHops(target(), excluded);
        }

        @Override
        public PeerRequest request(TransactionId tx, Visited visited, Duration budget) {
            return new Get.Request(tx, get.hopsToLive().afterHop(), visited, budget, get.id());
        }

        @Override
        public boolean matches(PeerReply reply) {
            return reply instanceof Get.Reply answer && answer.id().equals(get.id());
        }

        @Override
        public Mono<PeerReply> validate(PeerLink hop, PeerReply reply) {
            return reply instanceof Get.Found found ? onFound.apply(hop, found) : Mono.just(reply);
        }

        @Override
        public boolean probesSilentHop(int others) {
            return others > 0;
        }

        @Override
        public boolean mayReachFailedPeers() {
            return true;
        }

        @Override
        public boolean isInconclusive(PeerReply reply) {
            return reply instanceof Get.NotFound;
        }
    }
}
