package dev.tributary.core.loop;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.error.NodeStoppedException;
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
import dev.tributary.core.operation.Admission;
import dev.tributary.core.operation.ConnectOperation;
import dev.tributary.core.operation.Exchanges;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.operation.HostingOperation;
import dev.tributary.core.operation.PutOperation;
import dev.tributary.core.operation.Refusals;
import dev.tributary.core.operation.SpreadOperation;
import dev.tributary.core.operation.UpdateOperation;
import dev.tributary.core.peer.PeerLink;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
final class Dispatch implements Consumer<NodeEvent> {

    private static final Logger log = LoggerFactory.getLogger(Dispatch.class);

    private final PutOperation puts;
    private final GetOperation gets;
    private final UpdateOperation updates;
    private final ConnectOperation connects;
    private final HostingOperation hosting;
    private final SpreadOperation spread;
    private final Exchanges exchanges;
    private final LinkTable links;
    private final Upkeep upkeep;
    private final Admission clients;
    private final Admission strangers;
    private final Admission strangerBytes;
    private final Admission background;
    private final Admission changes;
    private final Duration limit;
    private final Scheduler timer;
    /** In the order of their beginnings; a set, for thousands of changes may be taken in at once, and each leaves it at its end. */
    private final Set<Disposable> running = Collections.synchronizedSet(new LinkedHashSet<>());

    private volatile boolean stopping;
    private volatile boolean stopped;

    Dispatch(
            PutOperation puts,
            GetOperation gets,
            UpdateOperation updates,
            ConnectOperation connects,
            HostingOperation hosting,
            SpreadOperation spread,
            Exchanges exchanges,
            LinkTable links,
            Upkeep upkeep,
            Admission clients,
            Admission strangers,
            Admission strangerBytes,
            Admission background,
            Admission changes,
            Duration limit,
            Scheduler timer) {
        this.puts = puts;
        this.gets = gets;
        this.updates = updates;
        this.connects = connects;
        this.hosting = hosting;
        this.spread = spread;
        this.exchanges = exchanges;
        this.links = links;
        this.upkeep = upkeep;
        this.clients = clients;
        this.strangers = strangers;
        this.strangerBytes = strangerBytes;
        this.background = background;
        this.changes = changes;
        this.limit = limit;
        this.timer = timer;
    }

    @Override
    public void accept(NodeEvent event) {
        if (event instanceof TransportEvent transport) {
            onTransport(transport);
        } else if (event instanceof Notification notification) {
            onNotification(notification);
        } else if (event instanceof HandshakeEvent handshake) {
            onHandshake(handshake);
        }
    }

    /** From now on other nodes' requests are refused. */
    void refuse() {
        stopping = true;
    }

    /** How many works of other nodes, and of nobody, are under way. */
    int running() {
        return running.size();
    }

    /** Ends what still runs: nobody waits for it any more. */
    void stop() {
        stopped = true;
        List<Disposable> left;
        synchronized (running) {
            left = List.copyOf(running);
        }
        left.forEach(Disposable::dispose);
    }

    private void onHandshake(HandshakeEvent event) {
        Optional<PeerLink> linked = links.onHandshake(event);
        linked.ifPresent(upkeep::onLinked);
        if (event instanceof HandshakeEvent.DialFailed failed) {
            upkeep.onDialFailed(failed.address());
        }
    }

    private void onTransport(TransportEvent event) {
        if (event instanceof TransportEvent.Departed departed) {
            links.onDeparture(departed)
                    .ifPresent(lived -> upkeep.onDeparted(departed.link().peer(), lived));
            exchanges.departed(departed.link(), departed.reason());
            spread.departed(departed.link().peer());
        } else if (event instanceof TransportEvent.Received received) {
            if (received.message() instanceof PeerReply reply) {
                exchanges.settle(received.link(), reply);
            } else if (received.message() instanceof PeerRequest request) {
                serve(received.link(), request);
            } else if (received.message() instanceof PeerNotice notice) {
                hear(received.link(), notice);
            }
        }
    }

    private void hear(PeerLink link, PeerNotice notice) {
        if (notice instanceof Update.Changed changed) {
            if (!stopping) {
                start(takeIn(link, changed), changed.tx(), "taken in");
            }
        } else if (notice instanceof Hosting.Left left) {
            spread.left(link.peer(), left);
        } else if (notice instanceof Connect.Crowded && links.onCrowded(link)) {
            upkeep.onGuest();
        }
    }

    /** Nobody waits for it: what is too much now is found later, when copies are compared. */
    private Mono<Void> takeIn(PeerLink link, Update.Changed changed) {
        int bytes = (int) Math.max(1, Math.min(Integer.MAX_VALUE, changed.bytes()));
        return changes.admit(strangerBytes.admit(bytes, spread.serve(link, changed)))
                .timeout(limit, timer)
                .onErrorResume(
                        failure -> failure instanceof NodeBusyException || failure instanceof TimeoutException,
                        failure -> Mono.fromRunnable(() -> spread.putOff(link, changed.id())));
    }

    private void onNotification(Notification notification) {
        if (notification instanceof Notification.PutAsked asked) {
            asked.answer().from(clients.admit(puts.publish(asked.contract(), asked.state())));
        } else if (notification instanceof Notification.GetAsked asked) {
            asked.answer().from(clients.admit(gets.fetch(asked.id())));
        } else if (notification instanceof Notification.UpdateAsked asked) {
            asked.answer().from(clients.admit(updates.update(asked.id(), asked.change())));
        } else if (notification instanceof Notification.UpkeepDue) {
            upkeep.round();
        } else if (notification instanceof Notification.PeersFound found) {
            upkeep.onFound(found.contacts());
        } else if (notification instanceof Notification.WorkLeft left) {
            start(background.admit(Math.max(1, left.bytes()), left.work()).timeout(limit, timer), left.what(), "kept");
        }
    }

    private void serve(PeerLink link, PeerRequest request) {
        if (stopping) {
            start(link.send(Refusals.of(request.tx(), new NodeStoppedException())), request.tx(), "refused");
            return;
        }
        start(
                strangers
                        .admit(links.admit(link, reply(link, request)))
                        .onErrorResume(error -> Mono.just(refuse(request, error)))
                        .flatMap(answer -> link.send(answer)
                                // An answer that is too much for the link now is still an answer.
                                .onErrorResume(
                                        NodeBusyException.class, full -> link.send(Refusals.of(request.tx(), full)))),
                request.tx(),
                "answered");
    }

    private Mono<PeerReply> reply(PeerLink link, PeerRequest request) {
        if (request instanceof Put.Request put) {
            return strangerBytes
                    .admit(Math.max(1, put.state().size()), puts.serve(link.peer(), put))
                    .cast(PeerReply.class);
        } else if (request instanceof Hosting.Offer offer) {
            return hosting.serve(link.peer(), offer);
        } else if (request instanceof Update.Reconcile reconcile) {
            return hosting.serve(link.peer(), reconcile).takeUntilOther(link.closed());
        } else if (request instanceof Get.Request get) {
            // Nobody wants to know any more when the asker has gone; a PUT goes on, its state is worth keeping.
            return gets.serve(link.peer(), get).takeUntilOther(link.closed());
        }
        return connects.serve(link, (Connect.Request) request).takeUntilOther(link.closed());
    }

    private static PeerReply refuse(PeerRequest request, Throwable error) {
        Refused refused = Refusals.of(request.tx(), error);
        if (refused.code() == RefusalCode.UNKNOWN) {
            log.warn("tx={} failed", request.tx(), error);
        } else {
            log.debug("tx={} refused code={} because {}", request.tx(), refused.code(), error.getMessage());
        }
        return refused;
    }

    /** Starts work whose result goes nowhere from here; a failure is one line for whoever looks into it. */
    private void start(Mono<?> work, Object what, String done) {
        Disposable.Swap handle = Disposables.swap();
        running.add(handle);
        if (stopped) {
            handle.dispose();
        }
        handle.update(work.doFinally(end -> running.remove(handle))
                .subscribe(
                        unused -> {},
                        failure -> log.debug("{} not {}: {}", what, done, failure.toString()),
                        () -> log.debug("{} {}", what, done)));
    }
}
