package dev.tributary.core.engine;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.hosting.CompareOperation;
import dev.tributary.core.hosting.UpdateBroadcast;
import dev.tributary.core.loop.DisposableSet;
import dev.tributary.core.loop.HandshakeEvent;
import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.LoopEvent;
import dev.tributary.core.loop.TransportEvent;
import dev.tributary.core.membership.ConnectOperation;
import dev.tributary.core.membership.LinkTable;
import dev.tributary.core.membership.NeighbourMaintenance;
import dev.tributary.core.message.Connect;
import dev.tributary.core.message.Get;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.PeerNotice;
import dev.tributary.core.message.PeerReply;
import dev.tributary.core.message.PeerRequest;
import dev.tributary.core.message.Put;
import dev.tributary.core.message.RefusalCode;
import dev.tributary.core.message.Refused;
import dev.tributary.core.message.Update;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.operation.PutOperation;
import dev.tributary.core.operation.UpdateOperation;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.ConcurrencyLimit;
import dev.tributary.core.request.Exchanges;
import dev.tributary.core.request.RefusalMapper;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What the loop does with each event: settles an exchange, changes the table of neighbours, or starts an operation
 * beside the loop. Everything here returns at once.
 */
final class EventDispatcher implements Consumer<LoopEvent> {

    private static final Logger log = LoggerFactory.getLogger(EventDispatcher.class);

    private final PutOperation puts;
    private final GetOperation gets;
    private final UpdateOperation updates;
    private final ConnectOperation connects;
    private final CompareOperation hosting;
    private final UpdateBroadcast broadcast;
    private final Exchanges exchanges;
    private final LinkTable links;
    private final NeighbourMaintenance maintenance;
    private final ConcurrencyLimit clientLimit;
    private final ConcurrencyLimit remoteLimit;
    private final ConcurrencyLimit remoteBytesLimit;
    private final ConcurrencyLimit backgroundLimit;
    private final ConcurrencyLimit updateLimit;
    private final Duration deadline;
    private final Scheduler timer;
    private final DisposableSet running = new DisposableSet();
    private volatile boolean stopping;

    EventDispatcher(
            PutOperation puts,
            GetOperation gets,
            UpdateOperation updates,
            ConnectOperation connects,
            CompareOperation hosting,
            UpdateBroadcast broadcast,
            Exchanges exchanges,
            LinkTable links,
            NeighbourMaintenance maintenance,
            ConcurrencyLimit clientLimit,
            ConcurrencyLimit remoteLimit,
            ConcurrencyLimit remoteBytesLimit,
            ConcurrencyLimit backgroundLimit,
            ConcurrencyLimit updateLimit,
            Duration deadline,
            Scheduler timer) {
        this.puts = puts;
        this.gets = gets;
        this.updates = updates;
        this.connects = connects;
        this.hosting = hosting;
        this.broadcast = broadcast;
        this.exchanges = exchanges;
        this.links = links;
        this.maintenance = maintenance;
        this.clientLimit = clientLimit;
        this.remoteLimit = remoteLimit;
        this.remoteBytesLimit = remoteBytesLimit;
        this.backgroundLimit = backgroundLimit;
        this.updateLimit = updateLimit;
        this.deadline = deadline;
        this.timer = timer;
    }

    @Override
    public void accept(LoopEvent event) {
        if (event instanceof TransportEvent transport) {
            onTransport(transport);
        } else if (event instanceof LocalEvent notification) {
            onNotification(notification);
        } else if (event instanceof HandshakeEvent handshake) {
            onHandshake(handshake);
        }
    }

    /** Refuses requests of other nodes from now on. */
    void rejectRequests() {
        stopping = true;
    }

    /** Number of running operations of other nodes and of background work. */
    int running() {
        return running.size();
    }

    /** Cancels the operations that still run. */
    void cancelAll() {
        running.dispose();
    }

    private void onHandshake(HandshakeEvent event) {
        Optional<PeerLink> linked = links.onHandshake(event);
        linked.ifPresent(maintenance::onLinked);
        if (event instanceof HandshakeEvent.DialFailed failed) {
            maintenance.onDialFailed(failed.address());
        } else if (event instanceof HandshakeEvent.Dialled dialled) {
            maintenance.onAnswered(dialled.address(), dialled.link());
        }
    }

    private void onTransport(TransportEvent event) {
        if (event instanceof TransportEvent.LinkClosed departed) {
            links.onLinkClosed(departed)
                    .ifPresent(linkedFor -> maintenance.onNeighbourLost(departed.link(), departed.reason(), linkedFor));
            exchanges.onLinkClosed(departed.link(), departed.reason());
            broadcast.onDisconnect(departed.link().peer());
        } else if (event instanceof TransportEvent.Received received) {
            if (received.message() instanceof PeerReply reply) {
                exchanges.complete(received.link(), reply);
            } else if (received.message() instanceof PeerRequest request) {
                serve(received.link(), request);
            } else if (received.message() instanceof PeerNotice notice) {
                onNotice(received.link(), notice);
            }
        }
    }

    private void onNotice(PeerLink link, PeerNotice notice) {
        if (notice instanceof Update.Changed changed) {
            if (!stopping) {
                start(applyUpdate(link, changed), changed.tx(), "update");
            }
        } else if (notice instanceof Hosting.Unfollowed left) {
            broadcast.onUnfollow(link.peer(), left);
        } else if (notice instanceof Connect.Full && links.onFull(link)) {
            maintenance.onTransientLink();
        }
    }

    /** Applies an update, which needs no reply. One that exceeds a limit is repaired when the replicas are compared. */
    private Mono<Void> applyUpdate(PeerLink link, Update.Changed changed) {
        int bytes = (int) Math.max(1, Math.min(Integer.MAX_VALUE, changed.bytes()));
        return updateLimit
                .admit(remoteBytesLimit.admit(bytes, broadcast.serve(link, changed)))
                .timeout(deadline, timer)
                .onErrorResume(
                        failure -> failure instanceof NodeBusyException || failure instanceof TimeoutException,
                        failure -> Mono.fromRunnable(() -> broadcast.skip(link, changed.id())));
    }

    private void onNotification(LocalEvent notification) {
        if (notification instanceof LocalEvent.PutRequested asked) {
            asked.call().completeFrom(clientLimit.admit(puts.publish(asked.contract(), asked.state())));
        } else if (notification instanceof LocalEvent.GetRequested asked) {
            asked.call().completeFrom(clientLimit.admit(gets.fetch(asked.id())));
        } else if (notification instanceof LocalEvent.UpdateRequested asked) {
            asked.call().completeFrom(clientLimit.admit(updates.update(asked.id(), asked.change())));
        } else if (notification instanceof LocalEvent.MaintenanceDue) {
            maintenance.runRound();
        } else if (notification instanceof LocalEvent.RedialLostPeersDue) {
            maintenance.redialLostPeers();
        } else if (notification instanceof LocalEvent.PeersFound found) {
            maintenance.onPeersFound(found.contacts());
        } else if (notification instanceof LocalEvent.BackgroundWork left) {
            Mono<?> limited = backgroundLimit.admit(Math.max(1, left.bytes()), left.work());
            start(limited.timeout(deadline, timer), left.description(), "background work");
        }
    }

    private void serve(PeerLink link, PeerRequest request) {
        if (stopping) {
            start(
                    link.send(RefusalMapper.toRefusal(request.tx(), new NodeStoppedException())),
                    request.tx(),
                    "refusal");
            return;
        }
        start(
                remoteLimit
                        .admit(links.admit(link, reply(link, request)))
                        .onErrorResume(error -> Mono.just(refusalOf(request, error)))
                        .flatMap(reply -> link.send(reply)
                                // A reply for which the link's queue has no room becomes a refusal.
                                .onErrorResume(
                                        NodeBusyException.class,
                                        full -> link.send(RefusalMapper.toRefusal(request.tx(), full)))),
                request.tx(),
                "reply");
    }

    private Mono<PeerReply> reply(PeerLink link, PeerRequest request) {
        if (request instanceof Put.Request put) {
            return remoteBytesLimit
                    .admit(Math.max(1, put.state().size()), puts.serve(link.peer(), put))
                    .cast(PeerReply.class);
        } else if (request instanceof Hosting.Offer offer) {
            return hosting.serve(link.peer(), offer);
        } else if (request instanceof Update.Reconcile reconcile) {
            return hosting.serve(link.peer(), reconcile).takeUntilOther(link.closed());
        } else if (request instanceof Get.Request get) {
            // A GET ends with the requesting peer's link. A PUT continues, since its state is worth keeping.
            return gets.serve(link.peer(), get).takeUntilOther(link.closed());
        }
        return connects.serve(link, (Connect.Request) request).takeUntilOther(link.closed());
    }

    private static PeerReply refusalOf(PeerRequest request, Throwable error) {
        Refused refused = RefusalMapper.toRefusal(request.tx(), error);
        if (refused.code() == RefusalCode.UNKNOWN) {
            log.warn("request failed tx={}", request.tx(), error);
        } else {
            log.debug("request refused tx={} code={} reason={}", request.tx(), refused.code(), error.getMessage());
        }
        return refused;
    }

    /** Starts work whose result is not used; its end is logged at DEBUG. */
    private void start(Mono<?> work, Object id, String step) {
        Disposable.Swap handle = Disposables.swap();
        running.add(handle);
        handle.update(work.doFinally(end -> running.remove(handle))
                .subscribe(
                        unused -> {},
                        failure -> log.debug("{} failed id={} reason={}", step, id, failure.toString()),
                        () -> log.debug("{} done id={}", step, id)));
    }
}
