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
import reactor.core.publisher.Mono;

/**
 * Answers from the copy that is held here as long as that is kept in step with others, else looks for one towards the
 * contract's location. What is found is held at every hop of the way back. A client's GET and a neighbour's run the same pipeline.
 */
public final class GetOperation {

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
                                .flatMap(stored -> contracts.fresh(get.id())
                                        ? Mono.just(foundHere(get, stored, true))
                                        : fresher(get, stored, route, deadline))
                                .switchIfEmpty(Mono.defer(() -> search(get, route, deadline))),
                        context.timer());
    }

    /** A copy that may be out of date is the answer only if nobody comes up with another in a share of the time. */
    private Mono<PeerReply> fresher(
            Get.Request get, StoredContract stored, BiFunction<Visited, Deadline, Search> route, Deadline deadline) {
        Duration half = deadline.left().dividedBy(2);
        Duration most = context.config().replicaPatience();
        return context.deadline(half.compareTo(most) < 0 ? half : most, get.tx())
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
        return context.forwarding()
                .forward(route.apply(get.visited().plus(context.self()), deadline))
                .map(reply -> oneHopFarther(get, reply))
                .defaultIfEmpty(nowhere);
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
        public boolean inconclusive(PeerReply reply) {
            return reply instanceof Get.NotFound;
        }
    }
}
