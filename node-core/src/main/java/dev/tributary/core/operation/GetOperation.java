package dev.tributary.core.operation;

import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Answers from the copy that is held here, else looks for one towards the contract's location. What is found is held at
 * every hop of the way back. A client's GET and a neighbour's run the same pipeline.
 */
public final class GetOperation {

    private final OperationContext context;
    private final HostedContracts contracts;
    private final Background background;

    public GetOperation(OperationContext context, HostedContracts contracts, Background background) {
        this.context = context;
        this.contracts = contracts;
        this.background = background;
    }

    /**
     * A client's GET. Each subscription is a new transaction. What comes from a peer is validated, merged and committed
     * here before the client sees it.
     */
    public Mono<GetResult> fetch(ContractInstanceId id) {
        return Mono.defer(() -> {
            OperationConfig config = context.config();
            Get.Request get = new Get.Request(
                    context.ids().get(), new HopsToLive(config.hopsToLive()), Visited.nobody(), config.deadline(), id);
            return limited(
                    get,
                    deadline -> held(get)
                            .<GetResult>map(found -> new GetResult.Found(found.contract(), found.state(), 0))
                            .switchIfEmpty(Mono.defer(() ->
                                    search(get, config.attempts(), deadline).flatMap(this::keepThenTell))));
        });
    }

    /** A neighbour's GET. It is answered before what was found is validated and kept here: nobody waits for that. */
    public Mono<PeerReply> serve(Get.Request get) {
        return limited(
                get,
                deadline -> held(get)
                        .cast(PeerReply.class)
                        .switchIfEmpty(Mono.defer(() -> search(get, 1, deadline).doOnNext(this::keepLater))));
    }

    private <T> Mono<T> limited(Get.Request get, Function<Deadline, Mono<T>> work) {
        return context.deadline(get.budget(), get.tx()).limit(work, context.timer());
    }

    private Mono<Get.Found> held(Get.Request get) {
        return contracts.find(get.id()).map(stored -> foundHere(get, stored));
    }

    private Mono<PeerReply> search(Get.Request get, int attempts, Deadline deadline) {
        Get.NotFound nowhere = new Get.NotFound(get.tx(), get.id(), 0);
        if (get.hopsToLive().spent()) {
            return Mono.just(nowhere);
        }
        Visited visited = get.visited().plus(context.self());
        return context.forwarding()
                .forward(new Search(get, visited, attempts, deadline))
                .map(reply -> oneHopFarther(get, reply))
                .defaultIfEmpty(nowhere);
    }

    private Mono<GetResult> keepThenTell(PeerReply reply) {
        if (reply instanceof Get.Found found) {
            return contracts
                    .store(found.contract(), found.state())
                    .map(state -> new GetResult.Found(found.contract(), state, found.hops()));
        }
        Get.NotFound nowhere = (Get.NotFound) reply;
        return Mono.just(new GetResult.NotFound(nowhere.id(), nowhere.hops()));
    }

    private void keepLater(PeerReply reply) {
        if (reply instanceof Get.Found found) {
            background.later("tx=" + found.tx() + " keep", contracts.store(found.contract(), found.state()));
        }
    }

    private static Get.Found foundHere(Get.Request get, StoredContract stored) {
        return new Get.Found(get.tx(), stored.contract(), stored.state(), 0);
    }

    private static PeerReply oneHopFarther(Get.Request get, PeerReply reply) {
        if (reply instanceof Get.NotFound nowhere) {
            return new Get.NotFound(get.tx(), get.id(), nowhere.hops() + 1);
        }
        Get.Found found = (Get.Found) reply;
        return new Get.Found(get.tx(), found.contract(), found.state(), found.hops() + 1);
    }

    /**
     * Towards the contract's location. The node that starts the search may also ask neighbours that are farther from it
     * than itself: on a sparse ring the way to the location may lead round.
     */
    private record Search(Get.Request get, Visited visited, int attempts, Deadline deadline) implements Route {

        @Override
        public List<PeerLink> candidates(Neighbourhood neighbourhood, Predicate<PeerId> excluded) {
            boolean starting = get.visited().peers().isEmpty();
            return starting
                    ? neighbourhood.nearest(get.id().location(), excluded)
                    : neighbourhood.nextHops(get.id().location(), excluded);
        }

        @Override
        public PeerRequest request(TransactionId tx, Visited visited, Duration budget) {
            return new Get.Request(tx, get.hopsToLive().afterHop(), visited, budget, get.id());
        }

        @Override
        public @Nullable ContractKey key() {
            return null;
        }

        @Override
        public boolean answers(PeerReply reply) {
            return (reply instanceof Get.Found found && found.contract().id().equals(get.id()))
                    || (reply instanceof Get.NotFound nowhere && nowhere.id().equals(get.id()));
        }

        @Override
        public boolean inconclusive(PeerReply reply) {
            return reply instanceof Get.NotFound;
        }
    }
}
