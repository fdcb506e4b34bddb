package dev.tributary.core.operation;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Tells neighbours what has changed, and takes in what they tell. Nobody answers: what did not get through is found when
 * copies are compared, by the two that differ and nobody else.
 */
public final class SpreadOperation {

    /** Whole states above this are read and told one at a time over all links, since they are in memory meanwhile. */
    private static final int LARGE = 64 << 10;

    /** Telling whole states takes at most this much of a link: 8 MiB a second. */
    private static final long BYTES_A_SECOND = 8L << 20;

    private static final Logger log = LoggerFactory.getLogger(SpreadOperation.class);

    private final OperationContext context;
    private final HostedContracts contracts;
    private final Intake intake;
    private final PeerCopies copies;
    private final ChangeGuard guard;
    private final Turns<String> large = new Turns<>();

    /** @param intake takes in what neighbours tell */
    public SpreadOperation(OperationContext context, HostedContracts contracts, Intake intake) {
        this.context = context;
        this.contracts = contracts;
        this.intake = intake;
        this.copies = contracts.table().peerCopies();
        this.guard = new ChangeGuard(context.time());
    }

    /** A neighbour's change. Completes when it is taken in, or is found not to be worth it; never errors with a {@link NodeException}. */
    public Mono<Void> serve(PeerLink link, Update.Changed changed) {
        return Mono.defer(() -> {
            Arrival arrival = copies.arrived(link.peer(), changed);
            if (arrival == Arrival.NOT_HELD) {
                return link.send(new Hosting.Left(context.ids().get(), List.of(changed.id())))
                        .onErrorResume(NodeException.class, gone -> Mono.empty());
            }
            return arrival == Arrival.KNOWN ? Mono.empty() : takeIn(link, changed);
        });
    }

    /** A neighbour does not keep in step with this node any more. */
    public void left(PeerId peer, Hosting.Left left) {
        copies.left(peer, left.ids());
    }

    /** The neighbour's change cannot be taken in now: the copies will be compared later. */
    public void putOff(PeerLink link, ContractInstanceId id) {
        copies.missed(link.peer(), id);
    }

    /** The neighbour is gone. */
    public void departed(PeerId peer) {
        guard.departed(peer);
    }

    private Mono<Void> takeIn(PeerLink link, Update.Changed changed) {
        PeerId peer = link.peer();
        if (!guard.admits(peer, changed.id())) {
            leaveIfHopeless(link);
            copies.missed(peer, changed.id());
            return Mono.empty();
        }
        return intake.change(Bringer.of(peer, changed), changed.id(), changed.changes())
                .doOnNext(taken -> guard.accepted(peer, changed.id()))
                .then()
                .onErrorResume(NodeException.class, failure -> {
                    log.debug(
                            "tx={} peer={} change of {} not taken in: {}",
                            changed.tx(),
                            peer,
                            changed.id(),
                            failure.getMessage());
                    if (blames(failure)) {
                        guard.refused(peer, changed.id());
                        leaveIfHopeless(link);
                    }
                    copies.missed(peer, changed.id());
                    return Mono.empty();
                });
    }

    /** Whether the change itself is wrong, and it was not this node that had no time or memory for it. */
    private static boolean blames(NodeException failure) {
        return failure instanceof ContractRejectedException
                || (failure instanceof ContractFailedException failed
                        && (failed.failure() == ContractFailedException.Failure.TRAP
                                || failed.failure() == ContractFailedException.Failure.MALFORMED_ANSWER));
    }

    private void leaveIfHopeless(PeerLink link) {
        if (guard.isHopeless(link.peer())) {
            link.close(new CloseReason(
                    CloseReason.Kind.PROTOCOL,
                    "it tells of more changes, or of more invalid ones, than anybody should"));
        }
    }

    /** Tells the neighbour what it is due to be told of the contract. Never errors with a {@link NodeException}. */
    Mono<Void> tell(Spreading.Told due) {
        return Mono.defer(() -> Mono.justOrEmpty(context.neighbourhood().link(due.peer()))
                .flatMap(link -> Mono.justOrEmpty(copies.notice(due.peer(), due.id()))
                        .flatMap(notice -> notice.whole()
                                ? tellWhole(link, due.id(), notice)
                                : send(link, due.id(), notice, notice.changes()))));
    }

    /** Tells the neighbour that this node does not keep in step with it any more. */
    Mono<Void> leave(Spreading.Left left) {
        return Mono.justOrEmpty(context.neighbourhood().link(left.peer()))
                .flatMap(link -> link.send(new Hosting.Left(context.ids().get(), left.ids())))
                .onErrorResume(NodeException.class, gone -> Mono.empty());
    }

    /** How many large states are being told or wait for it. */
    int tellingLarge() {
        return large.busy();
    }

    private Mono<Void> tellWhole(PeerLink link, ContractInstanceId id, Notice notice) {
        Mono<Void> told = contracts
                .find(id)
                .flatMap(stored -> sendWhole(link, stored, notice))
                .onErrorResume(NodeException.class, failure -> failed(link, id, failure));
        return notice.bytes() <= LARGE ? told : large.inTurn("large", told.then(pause(notice.bytes())));
    }

    private Mono<Void> sendWhole(PeerLink link, StoredContract stored, Notice notice) {
        Notice now = new Notice(notice.before(), stored.digest(), List.of(), notice.bytes());
        return send(link, stored.contract().id(), now, List.of(new StateChange.Full(stored.state())));
    }

    private Mono<Void> send(PeerLink link, ContractInstanceId id, Notice notice, List<StateChange> changes) {
        return link.send(new Update.Changed(context.ids().get(), id, notice.before(), notice.after(), changes))
                .onErrorResume(NodeException.class, failure -> failed(link, id, failure));
    }

    private Mono<Void> failed(PeerLink link, ContractInstanceId id, NodeException failure) {
        log.debug("peer={} not told of {}: {}", link.peer(), id, failure.getMessage());
        if (!(failure instanceof LinkClosedException)) {
            copies.differs(link.peer(), id);
        }
        return Mono.empty();
    }

    private Mono<Void> pause(int bytes) {
        return Mono.delay(Duration.ofNanos(1_000_000_000L * bytes / BYTES_A_SECOND), context.timer())
                .then();
    }
}
