package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers from the copy that is held here as long as that is kept in step with others, else looks for one towards the
 * contract's location. What is found is held at every hop of the way back. A client's GET and a neighbour's run the same pipeline.
 */
public final class GetOperation {

    /** So often a client's search begins anew when peers were lost on its way: once links have ended, it finds another. */
    private static final int ROUNDS = 3;

    /** Before the second round, and twice as long before the third: longer than most nodes take to notice a loss. */
    private static final Duration ROUND_PAUSE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(GetOperation.class);

    private final OperationContext context;
    private final HostedContracts contracts;
    private final Intake intake;
    private final Background background;

    /**
     * A GET.
     *
     * @param intake keeps what is found for this node's own clients
     */
    public GetOperation(OperationContext context, HostedContracts contracts, Intake intake, Background background) {
        this.context = context;
        this.contracts = contracts;
        this.intake = intake;
        this.background = background;
    }

    /**
     * A client's GET. Each subscription is a new transaction. What comes from a peer is validated, merged and committed
     * here before the client sees it.
     */
    public Mono<GetResult> fetch(ContractInstanceId id) {
        return fetch(id, CallClass.CLIENT_LOCAL, context.config().deadline());
    }

    /**
     * A GET of this node's own, which must be over when the budget is.
     *
     * @param callClass what the validation of what is found ranks as
     */
    Mono<GetResult> fetch(ContractInstanceId id, CallClass callClass, Duration budget) {
        return Mono.defer(() -> {
            OperationConfig config = context.config();
            Get.Request get = new Get.Request(
                    context.ids().get(), new HopsToLive(config.hopsToLive()), Visited.nobody(), budget, id);
            return run(
                            get,
                            (visited, deadline) -> new Search(
                                    get,
                                    visited,
                                    deadline,
                                    config.attempts(),
                                    (hop, found) -> keep(callClass, hop, found)))
                    .map(GetOperation::result);
        });
    }

    /**
     * A neighbour's GET, whoever the request says has seen it. It is answered before what was found is validated and kept
     * here: nobody waits for that.
     */
    public Mono<PeerReply> serve(PeerId neighbour, Get.Request get) {
        Get.Request seen = new Get.Request(
                get.tx(), context.hops(get.hopsToLive()), get.visited().plus(neighbour), get.budget(), get.id());
        return run(seen, (visited, deadline) -> new Search(seen, visited, deadline, 1, this::keepLater));
    }

    private Mono<PeerReply> run(Get.Request get, BiFunction<Visited, Deadline, Search> route) {
        return context.deadline(get.budget(), get.tx())
                .limit(
                        deadline -> contracts
                                .find(get.id())
                                .flatMap(stored -> held(get, stored, route, deadline))
                                .switchIfEmpty(Mono.defer(() -> search(get, route, deadline))),
                        context.timer());
    }

    /** What is not spread is not asked for either: it would be mixed with states that this node keeps apart from it. */
    private Mono<PeerReply> held(
            Get.Request get, StoredContract stored, BiFunction<Visited, Deadline, Search> route, Deadline deadline) {
        boolean fresh = contracts.fresh(get.id());
        boolean spread = contracts.laws().mayBeSpread(stored.contract().code().hash());
        return fresh || !spread ? Mono.just(foundHere(get, stored, fresh)) : fresher(get, stored, route, deadline);
    }

    /** A copy that may be out of date is the answer only if nobody comes up with another in a share of the time. */
    private Mono<PeerReply> fresher(
            Get.Request get, StoredContract stored, BiFunction<Visited, Deadline, Search> route, Deadline deadline) {
        Duration patience =
                shorter(deadline.left().dividedBy(2), context.config().replicaPatience());
        return context.deadline(patience, get.tx())
                .limit(sooner -> search(get, route, sooner), context.timer())
                .onErrorResume(NodeException.class, failure -> Mono.empty())
                .filter(Get.Found.class::isInstance)
                .switchIfEmpty(Mono.fromSupplier(() -> foundHere(get, stored, false)));
    }

    private Mono<PeerReply> search(Get.Request get, BiFunction<Visited, Deadline, Search> route, Deadline deadline) {
        Get.NotFound nowhere = new Get.NotFound(get.tx(), get.id(), 0);
        if (get.hopsToLive().spent()) {
            return Mono.just(nowhere);
        }
        Search search = route.apply(get.visited().plus(context.self()), deadline);
        return attempt(search, 1)
                .switchIfEmpty(Mono.defer(() -> copies(search)))
                .map(reply -> oneHopFarther(get, reply))
                .defaultIfEmpty(nowhere);
    }

    /** Of several rounds if the search is this node's own and was cut off: the next one goes where links are left. */
    private Mono<PeerReply> attempt(Search search, int round) {
        Duration pause = ROUND_PAUSE.multipliedBy(round);
        return context.forwarding().forward(search).onErrorResume(NodeException.class, failure -> {
            boolean again = search.attempts() > 1
                    && round < ROUNDS
                    && Refusals.isLoss(failure)
                    && !context.neighbourhood().peers().isEmpty()
                    && search.deadline().left().compareTo(pause.multipliedBy(2)) > 0;
            Mono<PeerReply> lost = Mono.error(failure);
            return again
                    ? Mono.delay(pause, context.timer())
                            .then(attempt(search, round + 1).switchIfEmpty(lost))
                    : lost;
        });
    }

    /** Nobody is nearer: this node asks those who hold the root's copies, for it may have come into the root's place. */
    private Mono<PeerReply> copies(Search search) {
        Duration half = search.deadline().left().dividedBy(2);
        Duration patience = shorter(half, context.config().replicaPatience());
        Get.Request last = new Get.Request(
                search.get().tx(),
                new HopsToLive(0),
                search.visited(),
                patience.toMillis() < 1 ? Duration.ofMillis(1) : patience,
                search.get().id());
        return Flux.fromStream(context.neighbourhood().nearest(search.target(), search.visited()::contains).stream()
                        .limit(context.config().replicas() - 1L))
                .flatMap(link -> copy(search, link, last), OperationConfig.MAX_REPLICAS, 1)
                .next();
    }

    private Mono<PeerReply> copy(Search search, PeerLink link, Get.Request last) {
        return context.exchanges()
                .ask(link, last, last.budget())
                .filter(reply -> reply instanceof Get.Found && search.answers(reply))
                .flatMap(reply -> search.test(link, reply))
                .onErrorResume(NodeException.class, failure -> {
                    log.debug("tx={} no copy from peer={}: {}", last.tx(), link.peer(), failure.getMessage());
                    return Mono.empty();
                });
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }

    /** What is held afterwards: a state that this node's contract refuses is as good as none. */
    private Mono<PeerReply> keep(CallClass callClass, PeerLink hop, Get.Found found) {
        return intake.store(Bringer.asked(callClass, hop.peer(), found), found.contract(), found.state())
                .map(state -> new Get.Found(found.tx(), found.contract(), state, found.hops(), found.fresh()));
    }

    /** Without a search for what its contract asks for: one search would lead to others at every hop, and those to more. */
    private Mono<PeerReply> keepLater(PeerLink hop, Get.Found found) {
        background.later(
                "tx=" + found.tx() + " copy",
                found.state().size(),
                contracts.store(
                        Bringer.asked(CallClass.BACKGROUND, hop.peer(), found), found.contract(), found.state()));
        return Mono.just(found);
    }

    private static GetResult result(PeerReply reply) {
        return reply instanceof Get.Found found
                ? new GetResult.Found(found.contract(), found.state(), found.hops(), found.fresh())
                : new GetResult.NotFound(((Get.NotFound) reply).id(), ((Get.NotFound) reply).hops());
    }

    private PeerReply foundHere(Get.Request get, StoredContract stored, boolean fresh) {
        contracts.wanted(get.id());
        return new Get.Found(get.tx(), stored.contract(), stored.state(), 0, fresh);
    }

    private static PeerReply oneHopFarther(Get.Request get, PeerReply reply) {
        if (reply instanceof Get.NotFound nowhere) {
            return new Get.NotFound(get.tx(), get.id(), nowhere.hops() + 1);
        }
        Get.Found found = (Get.Found) reply;
        return new Get.Found(get.tx(), found.contract(), found.state(), found.hops() + 1, found.fresh());
    }

    /**
     * Towards the contract's location. The node that starts the search may also ask neighbours that are farther from it
     * than itself: on a sparse ring the way to the location may lead round.
     */
    private record Search(
            Get.Request get,
            Visited visited,
            Deadline deadline,
            int attempts,
            BiFunction<PeerLink, Get.Found, Mono<PeerReply>> keeper)
            implements Route {

        @Override
        public RingLocation target() {
            return get.id().location();
        }

        @Override
        public List<PeerLink> candidates(Neighbourhood neighbourhood, Predicate<PeerId> excluded) {
            return attempts > 1
                    ? neighbourhood.anyHops(target(), excluded)
                    : neighbourhood.nextHops(target(), excluded);
        }

        @Override
        public PeerRequest request(TransactionId tx, Visited visited, Duration budget) {
            return new Get.Request(tx, get.hopsToLive().afterHop(), visited, budget, get.id());
        }

        @Override
        public boolean answers(PeerReply reply) {
            return (reply instanceof Get.Found found && found.contract().id().equals(get.id()))
                    || (reply instanceof Get.NotFound nowhere && nowhere.id().equals(get.id()));
        }

        @Override
        public Mono<PeerReply> test(PeerLink hop, PeerReply reply) {
            return reply instanceof Get.Found found ? keeper.apply(hop, found) : Mono.just(reply);
        }

        @Override
        public boolean doubts(int others) {
            return others > 0;
        }

        @Override
        public boolean inconclusive(PeerReply reply) {
            return reply instanceof Get.NotFound;
        }
    }
}
