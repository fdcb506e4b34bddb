package dev.tributary.core.operation;

import dev.tributary.core.contract.conformance.Quarantine;
import dev.tributary.core.error.ContractQuarantinedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.PeerUnreachableException;
import dev.tributary.core.error.PeerUnresponsiveException;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.message.Put;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Deadline;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.HopsToLive;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.Visited;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import reactor.core.publisher.Mono;

/** Forwards the state of a PUT towards the contract's location; where no nearer node is, acts as its root. */
final class PutForwarder {

    private final RequestContext context;
    private final HostedContracts contracts;

    PutForwarder(RequestContext context, HostedContracts contracts) {
        this.context = context;
        this.contracts = contracts;
    }

    /**
     * Emits what the other hosts have stored, this node included. Errors with {@link ContractQuarantinedException} if
     * the state may not be forwarded.
     *
     * @param attempts maximum number of neighbours to ask
     */
    Mono<Put.Stored> forward(Put.Request put, LocalCopy copy, int attempts, Deadline deadline) {
        State merged = copy.state();
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
            if (copy.failure() == null) {
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
        int bytes = put.contract().bytes() + put.state().size();
        Duration timeout =
                shorter(deadline.remaining().dividedBy(2), context.config().replicaTimeout(bytes));
        Put.Request copy =
                new Put.Request(put.tx(), new HopsToLive(0), visited, atLeastOneMilli(timeout), put.contract(), merged);
        return new RootReplicas(context, copy, deadline, onStored)
                .send()
                .map(copies -> new Put.Stored(put.tx(), put.contract().key(), true, 0, copies + 1, merged.digest()));
    }

    /** Whether no neighbour out of those not visited is nearer to the contract's location than this node. */
    boolean isNearest(Put.Request put, Visited visited) {
        return context.neighbours()
                .nextHops(put.contract().key().location(), visited::contains)
                .isEmpty();
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
}
