package dev.tributary.core.operation;

import dev.tributary.core.contract.conformance.Quarantine;
import dev.tributary.core.error.ContractQuarantinedException;
import dev.tributary.core.error.DeadlineExceededException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.error.PeerUnresponsiveException;
import dev.tributary.core.error.RemoteFailureException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.hosting.StateOrigin;
import dev.tributary.core.hosting.StateReceiver;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.request.Route;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Stores a contract on this node and at every hop towards its ring location. The last hop, the root, sends replicas to
 * its neighbours nearest to the location. A client's PUT and a neighbour's PUT run the same pipeline.
 */
public final class PutOperation {

    /** Maximum size of a contract that is kept in memory during a PUT to restore it: 1 MiB. */
    private static final int MAX_RESTORED_BYTES = 1 << 20;

    private static final Logger log = LoggerFactory.getLogger(PutOperation.class);

    private final RequestContext context;
    private final HostedContracts contracts;
    private final StateReceiver receiver;
    private final Sinks.Empty<Void> stopped = Sinks.empty();

    /**
     * Creates the operation.
     *
     * @param receiver stores the state
     */
    public PutOperation(RequestContext context, HostedContracts contracts, StateReceiver receiver) {
        this.context = context;
        this.contracts = contracts;
        this.receiver = receiver;
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
        stopped.tryEmitEmpty();
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
                                .flatMap(copy -> forward(put, copy, attempts, deadline)
                                        .flatMap(copy::confirm)
                                        .onErrorMap(ContractQuarantinedException.class, copy::notForwarded)
                                        .onErrorResume(
                                                RemoteFailureException.class,
                                                failure -> onRefused(earlier, copy.state, failure)))),
                context.timer());
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

    /**
     * The replica before the PUT, to restore if other hosts refuse the new state: of a client's PUT, and at the root. A
     * hop between them is compared with its upstream later.
     */
    private Mono<Earlier> earlier(StateOrigin origin, Put.Request put) {
        ContractInstanceId id = put.contract().id();
        long size = contracts.sizeOf(id);
        boolean restores = (origin.isClient() || isNearest(put, put.visited())) && size <= MAX_RESTORED_BYTES;
        if (!restores || size == 0) {
            return Mono.just(new Earlier(id, restores, Optional.empty()));
        }
        return contracts
                .find(id)
                .map(held -> new Earlier(id, true, Optional.of(held)))
                // A replica that cannot be read cannot be restored.
                .onErrorReturn(StorageException.class, new Earlier(id, false, Optional.empty()))
                .defaultIfEmpty(new Earlier(id, true, Optional.empty()));
    }

    /** Takes the state back if the contract rejects it at other hosts, which hold one that it does not merge with. */
    private Mono<Put.Stored> onRefused(Earlier earlier, State merged, RemoteFailureException failure) {
        boolean isNew = earlier.replica
                .filter(held -> held.digest().equals(merged.digest()))
                .isEmpty();
        Mono<Void> takeBack = failure.isRejection() && earlier.restores && isNew
                ? contracts.takeBack(earlier.id, merged.digest(), earlier.replica)
                : Mono.empty();
        return takeBack.onErrorResume(StorageException.class, failed -> {
                    log.warn("refused state not taken back contract={} reason={}", earlier.id, failed.getMessage());
                    return Mono.empty();
                })
                .then(Mono.error(failure));
    }

    /**
     * The state that is forwarded.
     *
     * @param failure why this node has not stored it, or null if it has
     */
    private record LocalCopy(State state, @Nullable NodeException failure) {

        /** A quarantined contract is stored on this node only: if it is not, it is stored nowhere. */
        NodeException notForwarded(ContractQuarantinedException quarantined) {
            return failure == null ? quarantined : failure;
        }

        /** What to answer if no other node has confirmed a copy; null if this one has none. */
        Put.@Nullable Stored alone(Put.Request put) {
            return failure == null ? new Put.Stored(put.tx(), put.contract().key(), false, 0, 1, state.digest()) : null;
        }

        /** Subtracts this node from the copies if it has none; errors with its failure if there is no other copy. */
        Mono<Put.Stored> confirm(Put.Stored stored) {
            if (failure == null) {
                return Mono.just(stored);
            }
            return stored.replicas() <= 1
                    ? Mono.error(failure)
                    : Mono.just(new Put.Stored(
                            stored.tx(), stored.key(), stored.root(), stored.hops(), stored.replicas() - 1, null));
        }
    }

    private Mono<Put.Stored> forward(Put.Request put, LocalCopy copy, int attempts, Deadline deadline) {
        State merged = copy.state;
        if (put.hopsToLive().spent()) {
            boolean root = isNearest(put, put.visited());
            return Mono.just(new Put.Stored(put.tx(), put.contract().key(), root, 0, 1, merged.digest()));
        }
        Optional<Quarantine> quarantine =
                contracts.conformanceMonitor().quarantine(put.contract().key());
        if (quarantine.isPresent()) {
            return Mono.error(quarantined(put.contract().key(), quarantine.get()));
        }
        Visited visited = put.visited().plus(context.self());
        StateDigest digest = merged.digest();
        BiConsumer<PeerLink, Put.Stored> onStored = (hop, stored) -> {
            if (copy.failure == null) {
                contracts.recordDelivered(hop.peer(), put.contract().id(), digest, stored.digest());
            } else {
                contracts.recordDeliveredOnly(hop.peer(), put.contract().id());
            }
        };
        return context.forwarder()
                .forward(new PutRoute(put, merged, visited, attempts, deadline, onStored))
                .cast(Put.Stored.class)
                .map(next ->
                        new Put.Stored(put.tx(), next.key(), next.root(), next.hops() + 1, next.replicas() + 1, digest))
                // If the nearer peer is gone, this node is the root now, unless another neighbour is still nearer.
                .onErrorResume(
                        PeerUnreachableException.class,
                        lost -> isNearest(put, visited) ? Mono.empty() : Mono.error(lost))
                // A nearer but unresponsive peer gets the state when it is heard from again.
                .onErrorResume(PeerUnresponsiveException.class, silent -> Mono.empty())
                // Nearer peers that cannot store it now are passed over: this node is the root meanwhile.
                .onErrorResume(RefusalMapper::isPassedOver, refused -> Mono.empty())
                .switchIfEmpty(Mono.defer(() -> replicate(put, merged, visited, deadline, onStored)));
    }

    /** Acts as root: sends replicas to the neighbours nearest to the location, and counts the confirmed ones. */
    private Mono<Put.Stored> replicate(
            Put.Request put,
            State merged,
            Visited visited,
            Deadline deadline,
            BiConsumer<PeerLink, Put.Stored> onStored) {
        Duration timeout =
                shorter(deadline.remaining().dividedBy(2), context.config().replicaTimeout(size(put)));
        Put.Request copy =
                new Put.Request(put.tx(), new HopsToLive(0), visited, atLeastOneMilli(timeout), put.contract(), merged);
        return new RootReplicas(context, copy, deadline, onStored)
                .send()
                .map(copies -> new Put.Stored(put.tx(), put.contract().key(), true, 0, copies + 1, merged.digest()));
    }

    private boolean isNearest(Put.Request put, Visited visited) {
        return context.neighbours()
                .nextHops(put.contract().key().location(), visited::contains)
                .isEmpty();
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

    private static NodeException quarantined(ContractKey key, Quarantine quarantine) {
        return new ContractQuarantinedException(key, quarantine.law().name(), quarantine.remaining());
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }

    private static Duration atLeastOneMilli(Duration duration) {
        return duration.toMillis() < 1 ? Duration.ofMillis(1) : duration;
    }

    /**
     * The replica of the contract before a PUT.
     *
     * @param restores whether it is restored if other hosts refuse the new state
     * @param replica the replica; empty if there was none, or if it is not restored
     */
    private record Earlier(ContractInstanceId id, boolean restores, Optional<StoredContract> replica) {}

    /**
     * Routes a PUT to neighbours nearer to the contract's location than this node, with the state that this node holds.
     *
     * @param onStored called with each peer that stored the state
     */
    private record PutRoute(
            Put.Request put,
            State merged,
            Visited visited,
            int attempts,
            Deadline deadline,
            BiConsumer<PeerLink, Put.Stored> onStored)
            implements Route {

        @Override
        public RingLocation target() {
            return key().location();
        }

        @Override
        public List<PeerLink> candidates(NeighbourTable neighbours, Predicate<PeerId> excluded) {
            return neighbours.nextHops(target(), excluded);
        }

        @Override
        public PeerRequest request(TransactionId tx, Visited visited, Duration budget) {
            return new Put.Request(tx, put.hopsToLive().afterHop(), visited, budget, put.contract(), merged);
        }

        private ContractKey key() {
            return put.contract().key();
        }

        @Override
        public boolean matches(PeerReply reply) {
            return reply instanceof Put.Stored stored && stored.key().equals(key());
        }

        @Override
        public Mono<PeerReply> validate(PeerLink hop, PeerReply reply) {
            onStored.accept(hop, (Put.Stored) reply);
            return Mono.just(reply);
        }

        /** Always probe a silent hop: this node can act as root. */
        @Override
        public boolean probesSilentHop(int others) {
            return true;
        }

        @Override
        public boolean isInconclusive(PeerReply reply) {
            return false;
        }
    }
}
