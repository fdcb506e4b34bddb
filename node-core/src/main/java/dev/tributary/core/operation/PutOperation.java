package dev.tributary.core.operation;

import dev.tributary.core.contract.Quarantine;
import dev.tributary.core.error.ContractQuarantinedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.Contract;
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
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores a contract here and at every hop towards its ring location. The last hop, the root, leaves copies with its
 * neighbours nearest to the location. A client's PUT and a neighbour's run the same pipeline.
 */
public final class PutOperation {

    private static final Logger log = LoggerFactory.getLogger(PutOperation.class);

    private final OperationContext context;
    private final HostedContracts contracts;
    private final Intake intake;

    /**
     * A PUT.
     *
     * @param intake keeps what is put
     */
    public PutOperation(OperationContext context, HostedContracts contracts, Intake intake) {
        this.context = context;
        this.contracts = contracts;
        this.intake = intake;
    }

    /**
     * A client's PUT. Each subscription is a new transaction. What may not be spread is stored here, and the receipt says
     * so.
     */
    public Mono<PutReceipt> publish(Contract contract, State state) {
        return Mono.defer(() -> {
            OperationConfig config = context.config();
            TransactionId tx = context.ids().get();
            Put.Request put = new Put.Request(
                    tx, new HopsToLive(config.hopsToLive()), Visited.nobody(), config.deadline(), contract, state);
            return run(Bringer.client(), put, config.attempts())
                    .map(stored -> receipt(tx, stored))
                    .onErrorReturn(ContractQuarantinedException.class, heldBack(tx, contract.key()));
        });
    }

    /**
     * A neighbour's PUT, whoever the request says has seen it. Errors with {@link ContractQuarantinedException} if it is
     * stored here and may not be spread.
     */
    public Mono<Put.Stored> serve(PeerId neighbour, Put.Request put) {
        Put.Request seen = new Put.Request(
                put.tx(),
                context.hops(put.hopsToLive()),
                put.visited().plus(neighbour),
                put.budget(),
                put.contract(),
                put.state());
        return run(Bringer.of(neighbour, put), seen, 1);
    }

    private Mono<Put.Stored> run(Bringer bringer, Put.Request put, int attempts) {
        return context.deadline(put.budget(), put.tx())
                .limit(
                        deadline -> intake.store(bringer, put.contract(), put.state())
                                .flatMap(merged -> forward(put, merged, attempts, deadline)),
                        context.timer());
    }

    private Mono<Put.Stored> forward(Put.Request put, State merged, int attempts, Deadline deadline) {
        if (put.hopsToLive().spent()) {
            boolean root = nobodyIsNearer(put, put.visited());
            return Mono.just(new Put.Stored(put.tx(), put.contract().key(), root, 0, 1, merged.digest()));
        }
        Optional<Quarantine> quarantine =
                contracts.laws().quarantine(put.contract().code().hash());
        if (quarantine.isPresent()) {
            return Mono.error(quarantined(quarantine.get()));
        }
        Visited visited = put.visited().plus(context.self());
        StateDigest digest = merged.digest();
        BiConsumer<PeerLink, Put.Stored> told =
                (hop, stored) -> contracts.told(hop.peer(), put.contract().id(), digest, stored.held());
        return context.forwarding()
                .forward(new Towards(put, merged, visited, attempts, deadline, told))
                .cast(Put.Stored.class)
                .map(next ->
                        new Put.Stored(put.tx(), next.key(), next.root(), next.hops() + 1, next.copies() + 1, digest))
                // If whoever was nearer is gone, this node is the root now; if somebody else is nearer still, it is
                // not.
                .onErrorResume(
                        PeerUnreachableException.class,
                        lost -> nobodyIsNearer(put, visited) ? Mono.empty() : Mono.error(lost))
                // Whoever is nearer and lifeless gets it when it is heard again, if it ever is.
                .onErrorResume(Forwarding::isLifeless, silent -> Mono.empty())
                .switchIfEmpty(Mono.defer(() -> replicate(put, merged, visited, deadline, told)));
    }

    /** This node is the root: leaves copies around the location and counts those that are confirmed. */
    private Mono<Put.Stored> replicate(
            Put.Request put, State merged, Visited visited, Deadline deadline, BiConsumer<PeerLink, Put.Stored> told) {
        ContractKey key = put.contract().key();
        List<PeerLink> nearest = context.neighbourhood().nearest(key.location(), peer -> false);
        Duration patience =
                shorter(deadline.left().dividedBy(2), context.config().replicaPatience());
        Put.Request copy = new Put.Request(
                put.tx(), new HopsToLive(0), visited, atLeastOneMilli(patience), put.contract(), merged);
        return Flux.fromStream(nearest.stream()
                        .limit(context.config().replicas() - 1L)
                        .filter(link -> !visited.contains(link.peer())))
                .flatMap(link -> confirmed(link, copy, patience, told), OperationConfig.MAX_REPLICAS, 1)
                .reduce(1, Integer::sum)
                .map(copies -> new Put.Stored(put.tx(), key, true, 0, copies, merged.digest()));
    }

    private Mono<Integer> confirmed(
            PeerLink link, Put.Request copy, Duration patience, BiConsumer<PeerLink, Put.Stored> told) {
        return context.exchanges()
                .ask(link, copy, patience)
                .ofType(Put.Stored.class)
                .doOnNext(stored -> told.accept(link, stored))
                .map(stored -> 1)
                .defaultIfEmpty(0)
                .onErrorResume(NodeException.class, failure -> {
                    log.debug("tx={} copy missing at peer={} because {}", copy.tx(), link.peer(), failure.getMessage());
                    return Mono.just(0);
                });
    }

    private boolean nobodyIsNearer(Put.Request put, Visited visited) {
        return context.neighbourhood()
                .nextHops(put.contract().key().location(), visited::contains)
                .isEmpty();
    }

    private static PutReceipt receipt(TransactionId tx, Put.Stored stored) {
        boolean alone = stored.hops() == 0 && stored.copies() == 1;
        PutReceipt.Reach reach = alone
                ? PutReceipt.Reach.STORED_LOCALLY
                : stored.root() ? PutReceipt.Reach.STORED_AT_ROOT : PutReceipt.Reach.STORED_ON_THE_WAY;
        return new PutReceipt(tx, stored.key(), reach, stored.hops(), stored.copies());
    }

    private static PutReceipt heldBack(TransactionId tx, ContractKey key) {
        return new PutReceipt(tx, key, PutReceipt.Reach.HELD_BACK, 0, 1);
    }

    private static NodeException quarantined(Quarantine quarantine) {
        return new ContractQuarantinedException(
                quarantine.code(), quarantine.law().name(), quarantine.left());
    }

    private static Duration shorter(Duration left, Duration right) {
        return left.compareTo(right) < 0 ? left : right;
    }

    private static Duration atLeastOneMilli(Duration duration) {
        return duration.toMillis() < 1 ? Duration.ofMillis(1) : duration;
    }

    /**
     * To neighbours nearer to the contract's location than this node, with the state as it is held here.
     *
     * @param told hears who has taken it in
     */
    private record Towards(
            Put.Request put,
            State merged,
            Visited visited,
            int attempts,
            Deadline deadline,
            BiConsumer<PeerLink, Put.Stored> told)
            implements Route {

        @Override
        public RingLocation target() {
            return key().location();
        }

        @Override
        public List<PeerLink> candidates(Neighbourhood neighbourhood, Predicate<PeerId> excluded) {
            return neighbourhood.nextHops(target(), excluded);
        }

        @Override
        public PeerRequest request(TransactionId tx, Visited visited, Duration budget) {
            return new Put.Request(tx, put.hopsToLive().afterHop(), visited, budget, put.contract(), merged);
        }

        private ContractKey key() {
            return put.contract().key();
        }

        @Override
        public boolean answers(PeerReply reply) {
            return reply instanceof Put.Stored stored && stored.key().equals(key());
        }

        @Override
        public Mono<PeerReply> test(PeerLink hop, PeerReply reply) {
            told.accept(hop, (Put.Stored) reply);
            return Mono.just(reply);
        }

        /** This node itself is who else there is: it stands in for a root that does not answer. */
        @Override
        public boolean doubts(int others) {
            return true;
        }

        @Override
        public boolean inconclusive(PeerReply reply) {
            return false;
        }
    }
}
