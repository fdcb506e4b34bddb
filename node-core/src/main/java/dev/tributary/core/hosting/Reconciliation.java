package dev.tributary.core.hosting;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RefusalCode;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.RefusalMapper;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateSummary;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Makes two different replicas equal in one exchange: the requester sends a summary of its state, the reply contains
 * what the requester is missing, and the requester then sends what the replying peer is missing.
 */
public final class Reconciliation {

    private static final Logger log = LoggerFactory.getLogger(Reconciliation.class);

    private final RequestContext context;
    private final HostedContracts contracts;
    private final StateReceiver receiver;
    private final ReplicaTracker replicas;
    private final DeltaEncoder deltaEncoder;

    /** @param receiver merges the changes that local replicas are missing */
    public Reconciliation(RequestContext context, HostedContracts contracts, StateReceiver receiver) {
        this.context = context;
        this.contracts = contracts;
        this.receiver = receiver;
        this.replicas = contracts.table().replicaTracker();
        this.deltaEncoder = contracts.deltaEncoder();
    }

    /** Replies with what the neighbour is missing; from then on the neighbour is assumed to hold the local state. */
    Mono<PeerReply> serve(PeerId neighbour, Update.Reconcile request) {
        return contracts
                .find(request.id())
                .flatMap(stored -> mayShare(stored.contract().key())
                        ? difference(neighbour, request, stored)
                                .doOnNext(reply ->
                                        replicas.recordDelivered(neighbour, request.id(), stored.digest(), null))
                        : Mono.just(new Refused(
                                request.tx(),
                                RefusalCode.CONTRACT_REJECTED,
                                "the contract is in quarantine, or rests",
                                null)))
                .defaultIfEmpty(
                        new Refused(request.tx(), RefusalCode.NOT_HELD, "the contract is not hosted here", null));
    }

    private boolean mayShare(ContractKey key) {
        return contracts.conformanceMonitor().mayBroadcast(key) && !contracts.isResting(key.id());
    }

    private Mono<PeerReply> difference(PeerId neighbour, Update.Reconcile request, StoredContract stored) {
        if (stored.digest().equals(request.digest())) {
            return Mono.just(new Update.Difference(request.tx(), DeltaEncoder.emptyChange(), stored.digest(), null));
        }
        return deltaEncoder
                .missingChange(CallClass.NETWORK_RELAY, neighbour, stored.contract(), stored.state(), request.summary())
                .zipWith(deltaEncoder.summary(CallClass.NETWORK_RELAY, neighbour, stored.contract(), stored.state()))
                .map(both -> new Update.Difference(
                        request.tx(),
                        both.getT1(),
                        stored.digest(),
                        both.getT2().orElse(null)));
    }

    /** Reconciles the local replica with a neighbour's. Errors with a {@link NodeException} if the neighbour fails. */
    public Mono<Void> reconcile(PeerLink link, ContractInstanceId id, Duration timeout) {
        return contracts
                .find(id)
                .flatMap(stored -> deltaEncoder
                        .summary(CallClass.BACKGROUND, link.peer(), stored.contract(), stored.state())
                        .flatMap(summary -> exchange(link, stored, summary, timeout)));
    }

    private Mono<Void> exchange(
            PeerLink link, StoredContract stored, Optional<StateSummary> summary, Duration timeout) {
        ContractInstanceId id = stored.contract().id();
        Update.Reconcile request =
                new Update.Reconcile(context.ids().get(), timeout, id, stored.digest(), summary.orElse(null));
        return context.exchanges()
                .ask(link, request, timeout)
                .flatMap(reply -> reply instanceof Refused refused
                        ? onRefused(link, id, refused, timeout)
                        : RefusalMapper.expect(Update.Difference.class, link.peer(), reply)
                                .flatMap(difference -> applyDifference(link, stored, difference)));
    }

    private Mono<Void> onRefused(PeerLink link, ContractInstanceId id, Refused refused, Duration timeout) {
        if (refused.code() == RefusalCode.NOT_HELD) {
            return Mono.fromRunnable(
                    () -> contracts.table().updateTracker().recordUnfollowed(link.peer(), List.of(id)));
        }
        return refused.code().isContractSpecific()
                ? Mono.fromRunnable(() -> replicas.recordRefusal(link.peer(), id))
                : Mono.error(RefusalMapper.toError(refused, link.peer(), timeout));
    }

    private Mono<Void> applyDifference(PeerLink link, StoredContract stored, Update.Difference difference) {
        PeerId peer = link.peer();
        ContractInstanceId id = stored.contract().id();
        Mono<State> merged = DeltaEncoder.isEmpty(difference.change())
                ? contracts.find(id).map(StoredContract::state)
                : receiver.change(StateOrigin.ofReply(peer), id, difference.change())
                        .map(ChangeResult::state);
        return merged.flatMap(state -> {
                    if (isDelta(difference.change())) {
                        deltaEncoder.recordSuccess(peer, id);
                    }
                    return returnMissing(link, stored, state, difference, Merge.DONE);
                })
                .onErrorResume(ContractRejectedException.class, failure -> onRefused(link, stored, difference, failure))
                .onErrorResume(ContractFailedException.class, failure -> onConflict(peer, id, difference, failure));
    }

    /** The neighbour's state may be older than this one: it is sent this one, which it refuses too if they conflict. */
    private Mono<Void> onRefused(
            PeerLink link, StoredContract stored, Update.Difference difference, NodeException failure) {
        ContractInstanceId id = stored.contract().id();
        log.debug(
                "reconciliation refused by the contract tx={} peer={} contract={} reason={}",
                difference.tx(),
                link.peer(),
                id,
                failure.getMessage());
        recordFailedDelta(link.peer(), id, difference.change());
        return contracts.find(id).flatMap(held -> returnMissing(link, stored, held.state(), difference, Merge.REFUSED));
    }

    private Mono<Void> onConflict(
            PeerId peer, ContractInstanceId id, Update.Difference difference, NodeException failure) {
        log.debug(
                "reconciliation failed tx={} peer={} contract={} reason={}",
                difference.tx(),
                peer,
                id,
                failure.getMessage());
        recordFailedDelta(peer, id, difference.change());
        replicas.recordConflict(peer, id);
        return Mono.empty();
    }

    private void recordFailedDelta(PeerId peer, ContractInstanceId id, StateChange change) {
        if (isDelta(change)) {
            deltaEncoder.recordFailure(peer, id);
        }
    }

    /** Whether the change is a delta of at least one byte, so that it tells whether deltas of the contract work. */
    private static boolean isDelta(StateChange change) {
        return change instanceof StateChange.Delta && !DeltaEncoder.isEmpty(change);
    }

    /** Computes what the neighbour is missing and logs it as a change, from which the next update is sent. */
    private Mono<Void> returnMissing(
            PeerLink link, StoredContract stored, State state, Update.Difference difference, Merge merge) {
        PeerId peer = link.peer();
        ContractInstanceId id = stored.contract().id();
        if (state.digest().equals(difference.digest())) {
            return Mono.fromRunnable(() -> replicas.recordDelivered(peer, id, state.digest(), state.digest()));
        }
        boolean isUnchanged = state.digest().equals(stored.digest());
        if (merge == Merge.REFUSED) {
            boolean isDiverged = isUnchanged && replicas.recordUnmerged(peer, id, difference.digest(), true);
            return isDiverged
                    ? Mono.empty()
                    : missingChange(peer, stored, state, difference)
                            .doOnNext(change -> {
                                if (DeltaEncoder.isEmpty(change)) {
                                    replicas.recordConflict(peer, id);
                                } else {
                                    replicas.recordMissingChange(
                                            peer, id, difference.digest(), state.digest(), change, false);
                                }
                            })
                            .then();
        }
        return missingChange(peer, stored, state, difference)
                .flatMap(change -> deltaEncoder
                        .isNothing(CallClass.BACKGROUND, stored.contract(), state, change, difference.change())
                        .doOnNext(isNothing -> {
                            if (isNothing) {
                                replicas.recordEquivalent(peer, id, state.digest(), difference.digest());
                            } else {
                                onMissing(peer, id, state, difference, change, isUnchanged);
                            }
                        }))
                .then();
    }

    private Mono<StateChange> missingChange(
            PeerId peer, StoredContract stored, State state, Update.Difference difference) {
        return deltaEncoder.missingChange(CallClass.BACKGROUND, peer, stored.contract(), state, difference.summary());
    }

    /** The neighbour was sent this change before if it still holds the state of then: its delta may be of no use. */
    private void onMissing(
            PeerId peer,
            ContractInstanceId id,
            State state,
            Update.Difference difference,
            StateChange change,
            boolean isUnchanged) {
        if (isUnchanged) {
            if (replicas.wasUnmerged(peer, id, difference.digest())) {
                recordFailedDelta(peer, id, change);
            }
            replicas.recordUnmerged(peer, id, difference.digest(), false);
        }
        replicas.recordMissingChange(peer, id, difference.digest(), state.digest(), change, true);
    }

    /** What the contract did with the neighbour's state. */
    private enum Merge {
        DONE,
        REFUSED
    }
}
