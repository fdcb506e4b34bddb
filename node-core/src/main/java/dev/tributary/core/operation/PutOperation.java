package dev.tributary.core.operation;

import dev.tributary.core.error.ContractQuarantinedException;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.hosting.StateReceiver;
import dev.tributary.core.message.Put;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.request.SharedSignal;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Stores a contract on this node and at every hop towards its ring location. The last hop, the root, sends replicas to
 * its neighbours nearest to the location. A client's PUT and a neighbour's PUT run the same pipeline.
 */
public final class PutOperation {

    private static final Logger log = LoggerFactory.getLogger(PutOperation.class);

    private final RequestContext context;
    private final HostedContracts contracts;
    private final StateReceiver receiver;
    private final PutForwarder forwarder;
    private final SharedSignal stopped = new SharedSignal();

    /**
     * Creates the operation.
     *
     * @param receiver stores the state
     */
    public PutOperation(RequestContext context, HostedContracts contracts, StateReceiver receiver) {
        this.context = context;
        this.contracts = contracts;
        this.receiver = receiver;
        this.forwarder = new PutForwarder(context, contracts);
    }

    /**
     * Runs a client's PUT. Each subscription is a new transaction. A quarantined contract is stored on this node only,
     * and the receipt says so.
     */
    public Mono<PutReceipt> publish(Contract contract, State state) {
        return Mono.defer(() -> {
            Duration budget = context.config().deadline(contract.bytes() + state.size());
            return publish(context.ids().get(), budget, contract, state);
        });
    }

    /** The same as a part of another operation of a client, within the budget. */
    Mono<PutReceipt> publish(TransactionId tx, Duration budget, Contract contract, State state) {
        return Mono.defer(() -> {
            OperationConfig config = context.config();
            Put.Request put =
                    new Put.Request(tx, new HopsToLive(config.hopsToLive()), Visited.none(), budget, contract, state);
            AtomicReference<Put.@Nullable Stored> here = new AtomicReference<>();
            Mono<Put.Stored> atStop = stopped.asMono().then(Mono.defer(() -> Mono.justOrEmpty(here.get())));
            Mono<Put.Stored> run = run(StateOrigin.ofClientPut(), put, config.attempts(), deadline(put), here::set);
            return Mono.firstWithSignal(run, atStop.switchIfEmpty(Mono.never()))
                    // What this node has stored, it goes on to tell the other hosts.
                    .onErrorResume(DeadlineExceededException.class, late -> onLate(late, here.get()))
                    .map(stored -> receipt(tx, stored))
                    .onErrorReturn(ContractQuarantinedException.class, heldBack(tx, contract.key()));
        });
    }

    /** Answers the PUTs of clients that this node has stored and others have not confirmed: the node stops. */
    public void answerStored() {
        stopped.emit();
    }

    /**
     * Handles a neighbour's PUT; the neighbour counts as visited even if its request does not say so. Errors with
     * {@link ContractQuarantinedException} if the state is stored on this node but may not be forwarded.
     */
    public Mono<Put.Stored> serve(PeerId neighbour, Put.Request put) {
        Put.Request seen = new Put.Request(
                put.tx(),
                context.cappedHops(put.hopsToLive()),
                put.visited().plus(neighbour),
                put.budget(),
                put.contract(),
                put.state());
        Deadline limit = deadline(put).onMoved(context.reportTo(neighbour, put.tx()));
        return run(StateOrigin.of(neighbour, put), seen, 1, limit, stored -> {});
    }

    private Deadline deadline(Put.Request put) {
        return context.deadline(put.budget(), put.tx(), size(put));
    }

    private static int size(Put.Request put) {
        return put.contract().bytes() + put.state().size();
    }

    /** The deadline has passed: a state that this node stored before is stored, here only as far as is known. */
    private static Mono<Put.Stored> onLate(DeadlineExceededException late, Put.@Nullable Stored here) {
        log.debug("put not confirmed by others stored={} reason={}", here != null, late.getMessage());
        return here == null ? Mono.error(late) : Mono.just(here);
    }

    /** @param onStored called with what is to be answered if only this node stores the state */
    private Mono<Put.Stored> run(
            StateOrigin origin,
            Put.Request put,
            int attempts,
            Deadline limit,
            Consumer<Put.@Nullable Stored> onStored) {
        return limit.limit(
                deadline -> earlier(origin, put)
                        .flatMap(earlier -> storeHere(origin, put)
                                .doOnNext(copy -> onStored.accept(copy.alone(put)))
                                .flatMap(copy -> forwarder
                                        .forward(put, copy, attempts, deadline)
                                        .flatMap(copy::confirm)
                                        .onErrorMap(ContractQuarantinedException.class, copy::notForwarded)
                                        .onErrorResume(
                                                RemoteFailureException.class,
                                                failure -> earlier.onRefused(contracts, copy.state(), failure)))),
                context.timer());
    }

    /**
     * The replica before the PUT, to restore if other hosts refuse the new state: of a client's PUT, and at the root. A
     * hop between them is compared with its upstream later.
     */
    private Mono<EarlierReplica> earlier(StateOrigin origin, Put.Request put) {
        boolean mayRestore = origin.isClient() || forwarder.isNearest(put, put.visited());
        return EarlierReplica.read(contracts, put.contract().id(), mayRestore);
    }

    /** Stores the state; a client's valid state that this node has no room for may still be stored by others. */
    private Mono<LocalCopy> storeHere(StateOrigin origin, Put.Request put) {
        return receiver.store(origin, put.contract(), put.state())
                .map(merged -> new LocalCopy(merged, null))
                .onErrorResume(
                        NodeException.class,
                        failure -> origin.isClient() && failure.isLackOfRoom()
                                ? Mono.just(new LocalCopy(put.state(), failure))
                                : Mono.error(failure));
    }

    private static PutReceipt receipt(TransactionId tx, Put.Stored stored) {
        boolean onlyHere = stored.hops() == 0 && stored.replicas() == 1;
        PutReceipt.Reach reach = onlyHere
                ? PutReceipt.Reach.STORED_LOCALLY
                : stored.root() ? PutReceipt.Reach.STORED_AT_ROOT : PutReceipt.Reach.STORED_ON_ROUTE;
        return new PutReceipt(tx, stored.key(), reach, stored.hops(), stored.replicas());
    }

    private static PutReceipt heldBack(TransactionId tx, ContractKey key) {
        return new PutReceipt(tx, key, PutReceipt.Reach.QUARANTINED, 0, 1);
    }
}
