package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.hosting.CompareOperation;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.hosting.StateReceiver;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.BackgroundExecutor;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.MemoryLimit;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;

/**
 * Answers a GET from this node's replica once another host has confirmed it, else searches towards the contract's
 * location. Every hop on the way back stores what was found. A client's GET and a neighbour's GET run the same pipeline.
 */
public final class GetOperation {

    private final RequestContext context;
    private final HostedContracts contracts;
    private final ReplicaAnswers replicas;
    private final FoundContracts found;

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
        this.replicas = new ReplicaAnswers(context, contracts, compares, background);
        this.found = new FoundContracts(contracts, receiver, background, answers);
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

    /** Runs a GET that only other nodes answer, as this node cannot keep what they have; merges the answer. */
    public Mono<GetResult> fetchFromOthers(ContractInstanceId id, CallClass callClass) {
        return Mono.defer(() -> {
            OperationConfig config = context.config();
            Duration budget = config.deadline();
            Get.Request get = new Get.Request(
                    context.ids().get(), new HopsToLive(config.hopsToLive()), Visited.none(), budget, id);
            GetSearch search = search(config.attempts(), (hop, reply) -> found.store(callClass, hop, reply));
            return context.growingDeadline(budget, get.tx())
                    .limit(deadline -> search.run(get, deadline), context.timer())
                    .map(reply -> ((Get.Reply) reply).result());
        });
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
            GetSearch search = search(config.attempts(), (hop, reply) -> found.store(callClass, hop, reply));
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
        return run(seen, search(1, found::storeLater), limit);
    }

    private GetSearch search(int attempts, BiFunction<PeerLink, Get.Found, Mono<PeerReply>> onFound) {
        return new GetSearch(context, contracts, attempts, onFound);
    }

    private Mono<PeerReply> run(Get.Request get, GetSearch search, Deadline limit) {
        return limit.limit(
                deadline -> contracts
                        .find(get.id())
                        .flatMap(stored -> replicas.answer(get, stored, search, deadline))
                        // Other nodes may hold what the store of this one cannot read now.
                        .onErrorResume(
                                StorageException.class,
                                failure -> search.run(get, deadline)
                                        .filter(Get.Found.class::isInstance)
                                        .switchIfEmpty(Mono.error(failure)))
                        .switchIfEmpty(Mono.defer(() -> search.run(get, deadline))),
                context.timer());
    }

    private void countUnconfirmed(GetResult result) {
        if (result instanceof GetResult.Found found && !found.fresh()) {
            contracts.recordUnconfirmedAnswer();
        }
    }
}
