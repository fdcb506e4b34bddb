package dev.tributary.core.hosting;

import dev.tributary.core.error.LinkClosedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.hosting.PendingUpdates.PendingUpdate;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerNotice;
import dev.tributary.core.message.Update;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.KeyedMutex;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Broadcasts changes to neighbours and applies the changes that they send. Updates are acknowledged only to pace their
 * sender: a lost update is found and repaired when the two replicas are compared.
 */
public final class UpdateBroadcast {

    /** Maximum number of bytes of a small state. Larger ones are sent one at a time over all links to save memory. */
    private static final int LARGE = 64 << 10;

    /** Maximum number of neighbours that a commit sends its update itself; its caller waits for it. */
    private static final int MAX_DIRECT = 8;

    /** Maximum rate of large full states: 8 MiB a second. */
    private static final long BYTES_PER_SECOND = 8L << 20;

    /** Maximum number of relayed changes that are remembered. */
    private static final int MAX_RELAYED = 256;

    private static final Logger log = LoggerFactory.getLogger(UpdateBroadcast.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final RequestContext context;
    private final HostedContracts contracts;
    private final StateReceiver receiver;
    private final UpdateTracker tracker;
    private final UpdateQueue queue;
    private final UpdateRateLimiter rateLimiter;
    private final Set<Relayed> relayed = new LinkedHashSet<>();
    private final KeyedMutex<String> largeMutex = new KeyedMutex<>();

    /** @param receiver applies the changes of neighbours */
    public UpdateBroadcast(RequestContext context, HostedContracts contracts, StateReceiver receiver) {
        this.context = context;
        this.contracts = contracts;
        this.receiver = receiver;
        this.tracker = contracts.table().updateTracker();
        this.queue = contracts.table().scheduler().updateQueue();
        this.rateLimiter = new UpdateRateLimiter(context.time());
    }

    /** Applies a neighbour's update. Completes once applied or ignored; never errors with a {@link NodeException}. */
    public Mono<Void> serve(PeerLink link, Update.Changed changed) {
        return Mono.defer(() -> switch (tracker.checkUpdate(link.peer(), changed)) {
            case NOT_HELD -> send(link, new Hosting.Unfollowed(context.ids().get(), List.of(changed.id())));
            case IGNORE -> acknowledge(link, changed);
            case APPLY -> apply(link, changed);
        });
    }

    /** Handles a neighbour's acknowledgement of an update: the next one may follow. */
    public void onAcknowledged(PeerId peer, Update.Acknowledged notice) {
        queue.acknowledge(new UpdateQueue.UpdateTarget(peer, notice.id()), notice.tx());
    }

    /** Handles a neighbour's unfollow message. */
    public void onUnfollow(PeerId peer, Hosting.Unfollowed left) {
        tracker.recordUnfollowed(peer, left.ids());
    }

    /** Skips a neighbour's update that cannot be applied now: the replicas are compared later. */
    public void skip(PeerLink link, ContractInstanceId id) {
        tracker.recordMissedUpdate(link.peer(), id);
    }

    /** Clears the behaviour record of a neighbour that disconnected. */
    public void onDisconnect(PeerId peer) {
        rateLimiter.onDisconnect(peer);
    }

    private Mono<Void> apply(PeerLink link, Update.Changed changed) {
        PeerId peer = link.peer();
        if (!rateLimiter.admits(peer, changed.id(), changed.asksForAcknowledgement())) {
            disconnectIfAbusive(link);
            tracker.recordMissedUpdate(peer, changed.id());
            return Mono.empty();
        }
        return receiver.change(StateOrigin.of(peer, changed), changed.id(), changed.changes())
                .doOnNext(applied -> rateLimiter.recordAccepted(peer, changed.id(), applied.hasChanged()))
                .then(acknowledge(link, changed))
                .onErrorResume(NodeException.class, failure -> {
                    log.debug(
                            "update not applied tx={} peer={} contract={} reason={}",
                            changed.tx(),
                            peer,
                            changed.id(),
                            failure.getMessage());
                    if (failure.fault() == NodeException.Fault.INPUT && !tracker.isLate(changed)) {
                        rateLimiter.recordRejected(peer, changed.id());
                    }
                    tracker.recordMissedUpdate(peer, changed.id());
                    return failure instanceof StorageException ? relay(peer, changed) : Mono.empty();
                });
    }

    /** Sends on what this node cannot store, so that the other hosts do not wait for a comparison. */
    private Mono<Void> relay(PeerId sender, Update.Changed changed) {
        long bytes = changed.changes().stream().mapToLong(StateChange::size).sum();
        if (bytes > LARGE || !isNewRelay(new Relayed(changed.id(), changed.after()))) {
            return Mono.empty();
        }
        return Flux.fromIterable(tracker.otherPeers(changed.id(), sender))
                .concatMap(
                        peer -> Mono.justOrEmpty(context.neighbours().link(peer))
                                .flatMap(link -> link.send(new Update.Changed(
                                                context.ids().get(),
                                                changed.id(),
                                                changed.before(),
                                                changed.after(),
                                                changed.changes()))
                                        .onErrorResume(NodeException.class, closed -> Mono.empty())),
                        1)
                .then();
    }

    /** Whether it is relayed for the first time: several nodes that cannot store it may form a ring. */
    private boolean isNewRelay(Relayed relay) {
        synchronized (relayed) {
            boolean isNew = relayed.add(relay);
            if (relayed.size() > MAX_RELAYED) {
                relayed.remove(relayed.iterator().next());
            }
            return isNew;
        }
    }

    private record Relayed(ContractInstanceId id, StateDigest after) {}

    /** An update that is not applied is not acknowledged: its sender slows down, since it costs and brings nothing. */
    private Mono<Void> acknowledge(PeerLink link, Update.Changed changed) {
        return changed.asksForAcknowledgement()
                ? send(link, new Update.Acknowledged(changed.tx(), changed.id()))
                : Mono.empty();
    }

    private static Mono<Void> send(PeerLink link, PeerNotice notice) {
        return link.send(notice).onErrorResume(NodeException.class, closed -> Mono.empty());
    }

    private void disconnectIfAbusive(PeerLink link) {
        if (rateLimiter.shouldDisconnect(link.peer())) {
            link.close(new CloseReason(CloseReason.Kind.PROTOCOL, "the peer sent too many updates"));
        }
    }

    /**
     * Sends the update of a commit to the first neighbours at once, since waking the worker takes longer than sending a
     * message; the other neighbours, and those that the rate limit delays, are queued. Completes when the messages are
     * in the send queues of the links.
     */
    Mono<Void> send(StoredContract committed, List<PeerId> due) {
        ContractInstanceId id = committed.contract().id();
        int direct = Math.min(MAX_DIRECT, due.size());
        due.subList(direct, due.size()).forEach(peer -> queue.add(peer, id));
        return Flux.fromIterable(due.subList(0, direct))
                .concatMap(peer -> sendDirect(new UpdateQueue.UpdateTarget(peer, id), committed), 1)
                .then();
    }

    private Mono<Void> sendDirect(UpdateQueue.UpdateTarget target, StoredContract committed) {
        return Mono.defer(() -> queue.tryTake(target)
                        ? sendSmall(target, committed).doFinally(end -> queue.finish(target))
                        : Mono.empty())
                // The commit succeeded: a fault of sending its update must not fail it.
                .onErrorResume(RuntimeException.class, fault -> {
                    failures.warn(fault, "update not sent peer={} contract={}", target.peer(), target.id());
                    return Mono.empty();
                });
    }

    private Mono<Void> sendSmall(UpdateQueue.UpdateTarget target, StoredContract committed) {
        return Mono.defer(() -> Mono.justOrEmpty(context.neighbours().link(target.peer()))
                .flatMap(link -> Mono.justOrEmpty(tracker.nextSmallUpdate(target.peer(), target.id(), LARGE))
                        .flatMap(update -> update.isFullState()
                                ? sendState(link, committed, update)
                                : send(link, target.id(), update, update.changes()))));
    }

    /** Sends the neighbour the update that is due. Never errors with a {@link NodeException}. */
    public Mono<Void> sendUpdate(UpdateQueue.UpdateTarget target) {
        return Mono.defer(() -> Mono.justOrEmpty(context.neighbours().link(target.peer()))
                .flatMap(link -> Mono.justOrEmpty(tracker.nextUpdate(target.peer(), target.id()))
                        .flatMap(update -> update.isFullState()
                                ? sendFullState(link, target.id(), update)
                                : send(link, target.id(), update, update.changes()))));
    }

    /** Sends the neighbour an unfollow message. */
    Mono<Void> unfollow(UpdateQueue.Unfollow left) {
        return Mono.justOrEmpty(context.neighbours().link(left.peer()))
                .flatMap(link -> send(link, new Hosting.Unfollowed(context.ids().get(), left.ids())));
    }

    private Mono<Void> sendFullState(PeerLink link, ContractInstanceId id, PendingUpdate update) {
        Mono<Void> sending = contracts
                .find(id)
                .flatMap(stored -> sendState(link, stored, update))
                .onErrorResume(NodeException.class, failure -> onSendFailure(link, id, failure));
        return update.bytes() <= LARGE
                ? sending
                : largeMutex.runExclusively("large", sending.then(pause(update.bytes())));
    }

    private Mono<Void> sendState(PeerLink link, StoredContract stored, PendingUpdate update) {
        PendingUpdate current = new PendingUpdate(update.before(), stored.digest(), List.of(), update.bytes());
        return send(link, stored.contract().id(), current, List.of(new StateChange.Full(stored.state())));
    }

    private Mono<Void> send(PeerLink link, ContractInstanceId id, PendingUpdate update, List<StateChange> changes) {
        TransactionId tx = context.ids().get();
        boolean asks = queue.asksForAcknowledgement(new UpdateQueue.UpdateTarget(link.peer(), id), tx);
        return link.send(new Update.Changed(tx, id, update.before(), update.after(), changes, asks))
                .onErrorResume(NodeException.class, failure -> onSendFailure(link, id, failure));
    }

    private Mono<Void> onSendFailure(PeerLink link, ContractInstanceId id, NodeException failure) {
        log.debug("update not sent peer={} contract={} reason={}", link.peer(), id, failure.getMessage());
        if (!(failure instanceof LinkClosedException)) {
            tracker.markUnknown(link.peer(), id);
        }
        return Mono.empty();
    }

    private Mono<Void> pause(int bytes) {
        return Mono.delay(Duration.ofNanos(1_000_000_000L * bytes / BYTES_PER_SECOND), context.timer())
                .then();
    }
}
