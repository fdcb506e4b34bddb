package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.RefusalCode;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
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
 * Makes two copies that differ the same, in one exchange between the two: the one that asks says what it has, is told what
 * it is missing, and tells in its turn what the other is missing then.
 */
final class Reconciliation {

    private static final Logger log = LoggerFactory.getLogger(Reconciliation.class);

    private final OperationContext context;
    private final HostedContracts contracts;
    private final Intake intake;
    private final PeerCopies copies;
    private final Deltas deltas;

    /** @param intake takes in what this node's copies are missing */
    Reconciliation(OperationContext context, HostedContracts contracts, Intake intake) {
        this.context = context;
        this.contracts = contracts;
        this.intake = intake;
        this.copies = contracts.table().peerCopies();
        this.deltas = contracts.deltas();
    }

    /** What the neighbour is missing, which it is believed to hold from now on. */
    Mono<PeerReply> serve(PeerId neighbour, Update.Reconcile request) {
        return contracts
                .find(request.id())
                .flatMap(stored ->
                        contracts.laws().mayBeSpread(stored.contract().code().hash())
                                ? difference(neighbour, request, stored)
                                        .doOnNext(told -> copies.told(neighbour, request.id(), stored.digest(), null))
                                : Mono.just(new Refused(
                                        request.tx(), RefusalCode.CONTRACT_REJECTED, "it is in quarantine", null)))
                .defaultIfEmpty(new Refused(request.tx(), RefusalCode.NOT_HELD, "it is not held", null));
    }

    private Mono<PeerReply> difference(PeerId neighbour, Update.Reconcile request, StoredContract stored) {
        if (stored.digest().equals(request.digest())) {
            return Mono.just(new Update.Difference(request.tx(), Deltas.nothing(), stored.digest(), null));
        }
        return deltas.missing(CallClass.NETWORK_RELAY, neighbour, stored.contract(), stored.state(), request.summary())
                .zipWith(deltas.summary(CallClass.NETWORK_RELAY, neighbour, stored.contract(), stored.state()))
                .map(both -> new Update.Difference(
                        request.tx(),
                        both.getT1(),
                        stored.digest(),
                        both.getT2().orElse(null)));
    }

    /** Makes this node's copy and the neighbour's the same. Errors with a {@link NodeException} if the neighbour fails. */
    Mono<Void> with(PeerLink link, ContractInstanceId id, Duration patience) {
        return contracts
                .find(id)
                .flatMap(stored -> deltas.summary(CallClass.BACKGROUND, link.peer(), stored.contract(), stored.state())
                        .flatMap(summary -> ask(link, stored, summary, patience)));
    }

    private Mono<Void> ask(PeerLink link, StoredContract stored, Optional<StateSummary> summary, Duration patience) {
        ContractInstanceId id = stored.contract().id();
        Update.Reconcile request =
                new Update.Reconcile(context.ids().get(), patience, id, stored.digest(), summary.orElse(null));
        return context.exchanges().ask(link, request, patience).flatMap(reply -> {
            if (reply instanceof Update.Difference difference) {
                return takeIn(link, stored, difference);
            } else if (reply instanceof Refused refused && refused.code() == RefusalCode.NOT_HELD) {
                return Mono.fromRunnable(() -> copies.left(link.peer(), List.of(id)));
            }
            if (reply instanceof Refused refused) {
                return Refusals.isAboutContract(refused.code())
                        ? Mono.fromRunnable(() -> copies.refused(link.peer(), id))
                        : Mono.error(Refusals.toError(refused, link.peer(), patience));
            }
            return Mono.error(Refusals.nonsense(link.peer(), reply));
        });
    }

    private Mono<Void> takeIn(PeerLink link, StoredContract stored, Update.Difference difference) {
        PeerId peer = link.peer();
        ContractInstanceId id = stored.contract().id();
        Mono<State> merged = Deltas.isEmpty(difference.change())
                ? contracts.find(id).map(StoredContract::state)
                : intake.change(Bringer.asked(peer), id, difference.change()).map(Changed::state);
        return merged.flatMap(state -> tellBack(link, stored, state, difference))
                .doOnSuccess(done -> deltas.succeeded(peer, id))
                .onErrorResume(Reconciliation::saysNo, failure -> {
                    log.debug(
                            "tx={} peer={} difference of {} not taken in: {}",
                            difference.tx(),
                            peer,
                            id,
                            failure.getMessage());
                    deltas.failed(peer, id);
                    copies.disputes(peer, id);
                    return Mono.empty();
                });
    }

    /** What was told only by these two is in the log afterwards, from where the neighbour is told it. */
    private Mono<Void> tellBack(PeerLink link, StoredContract stored, State state, Update.Difference difference) {
        PeerId peer = link.peer();
        ContractInstanceId id = stored.contract().id();
        if (state.digest().equals(difference.digest())) {
            return Mono.fromRunnable(() -> copies.told(peer, id, state.digest(), state.digest()));
        }
        return deltas.missing(CallClass.BACKGROUND, peer, stored.contract(), state, difference.summary())
                .doOnNext(change -> tellBack(peer, id, state, difference, change))
                .then();
    }

    private void tellBack(
            PeerId peer, ContractInstanceId id, State state, Update.Difference difference, StateChange change) {
        if (Deltas.isEmpty(change)) {
            copies.disputes(peer, id);
        } else {
            copies.missing(peer, id, difference.digest(), state.digest(), change);
        }
    }

    private static boolean saysNo(Throwable failure) {
        return failure instanceof ContractRejectedException || failure instanceof ContractFailedException;
    }
}
