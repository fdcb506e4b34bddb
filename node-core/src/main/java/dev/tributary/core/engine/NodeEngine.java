package dev.tributary.core.engine;

import dev.tributary.core.contract.Quarantine;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.hosting.CompareOperation;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.hosting.HostingStatus;
import dev.tributary.core.hosting.HostingTasks;
import dev.tributary.core.hosting.StateReceiver;
import dev.tributary.core.hosting.UpdateBroadcast;
import dev.tributary.core.loop.EventLoop;
import dev.tributary.core.loop.EventSource;
import dev.tributary.core.loop.HandshakeEvent;
import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.LoopConfig;
import dev.tributary.core.loop.LoopEvent;
import dev.tributary.core.loop.LoopMonitor;
import dev.tributary.core.loop.LoopSchedulers;
import dev.tributary.core.loop.LoopSnapshot;
import dev.tributary.core.loop.NodeEventPublisher;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.loop.TransportEvent;
import dev.tributary.core.membership.ConnectOperation;
import dev.tributary.core.membership.ConnectionSources;
import dev.tributary.core.membership.LinkTable;
import dev.tributary.core.membership.MembershipStatus;
import dev.tributary.core.membership.NeighbourMaintenance;
import dev.tributary.core.membership.NeighbourSlots;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.operation.PutOperation;
import dev.tributary.core.operation.RelatedSearch;
import dev.tributary.core.operation.UpdateOperation;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.request.ConcurrencyLimit;
import dev.tributary.core.request.Exchanges;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.subscription.SubscriptionConfig;
import dev.tributary.core.subscription.SubscriptionStatus;
import dev.tributary.core.subscription.SubscriptionTasks;
import dev.tributary.core.subscription.Subscriptions;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import dev.tributary.core.value.UpdateReceipt;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A node's event loop with its sources, its operations, its background tasks and the API for local clients. */
public final class NodeEngine {

    /** Maximum number of senders that wait for a slot in a channel: more than the node can have links. */
    private static final int MAX_WAITING_SENDERS = 1 << 17;

    /** Maximum number of handshake events queued for the loop; when full, the transport gets no further demand. */
    private static final int HANDSHAKE_CAPACITY = 64;

    /** Byte budget of background work, which stores states after the reply was sent: room for two of maximum size. */
    private static final int MAX_BACKGROUND_BYTES = 128 << 20;

    /** Interval between two checks for running operations while the node stops. */
    private static final Duration IDLE_CHECK_INTERVAL = Duration.ofMillis(20);

    /** Timeout for handling the queued events after all sources are closed. */
    private static final Duration FINAL_DRAIN_TIMEOUT = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(NodeEngine.class);

    private final LoopConfig config;
    private final PeerTransport transport;
    private final HostedContracts contracts;
    private final LoopSchedulers schedulers;

    private final NotificationChannel<LocalEvent> localChannel;
    private final NotificationChannel<HandshakeEvent> handshakeChannel;
    private final NotificationChannel<TransportEvent> transportChannel;
    private final NeighbourTable neighbourhood;
    private final Exchanges exchanges;
    private final ConcurrencyLimit clientLimit;
    private final ConcurrencyLimit remoteLimit;
    private final ConcurrencyLimit remoteBytesLimit;
    private final ConcurrencyLimit backgroundLimit =
            new ConcurrencyLimit("bytes of background work", MAX_BACKGROUND_BYTES);
    private final LinkTable links;
    private final NeighbourSlots neighbourSlots;
    private final NeighbourMaintenance maintenance;
    private final ConnectionSources connectionSources;
    private final HostingTasks hostingTasks;
    private final UpdateOperation updates;
    private final Subscriptions subscriptions;
    private final SubscriptionTasks subscriptionTasks;
    private final EventDispatcher dispatch;
    private final LoopMonitor monitor;
    private final EventLoop loop;
    private final NodeEventPublisher nodeEvents = new NodeEventPublisher();
    private final ClientCalls calls;
    private final Sinks.Empty<Void> loopEnded = Sinks.empty();
    private final Disposable.Composite running = Disposables.composite();
    private final Disposable.Swap maintenanceTasks = Disposables.swap();
    private volatile boolean started;

    /**
     * A loop that is not running yet.
     *
     * @param gateways peers to dial while the node has too few neighbours
     * @param knownPeers peers of earlier runs, to dial while the node is isolated
     */
    public NodeEngine(
            LoopConfig config,
            OperationConfig operations,
            SubscriptionConfig subscriptionLimits,
            RingConfig ring,
            PeerTransport transport,
            List<PeerContact> gateways,
            List<PeerContact> knownPeers,
            HostedContracts contracts,
            LoopSchedulers schedulers,
            TimeSource time,
            RandomGenerator random) {
        this.config = config;
        this.transport = transport;
        this.contracts = contracts;
        this.schedulers = schedulers;
        this.localChannel = channel("notifications", config.localEventCapacity());
        this.calls = new ClientCalls(localChannel);
        this.handshakeChannel = channel("handshakes", HANDSHAKE_CAPACITY);
        this.transportChannel = channel("transport", config.transportCapacity());
        this.neighbourhood = new NeighbourTable(transport.self(), time);
        this.exchanges = new Exchanges(operations.linkCredits(), schedulers.timer());
        this.clientLimit = new ConcurrencyLimit("client operations", operations.clientLimit());
        this.remoteLimit = new ConcurrencyLimit("operations of other nodes", operations.remoteLimit());
        this.remoteBytesLimit = new ConcurrencyLimit("bytes of other nodes' states", operations.remoteBytes());
        this.monitor = new LoopMonitor(time, config.slowHandlerLimit(), config.stallLimit());
        RequestContext context = new RequestContext(
                operations,
                neighbourhood,
                exchanges,
                () -> TransactionId.next(time.clock(), random),
                time,
                schedulers.timer(),
                random);
        this.neighbourSlots = new NeighbourSlots(ring, neighbourhood, time, random);
        ConnectOperation connects = new ConnectOperation(context, neighbourSlots);
        this.links = new LinkTable(
                neighbourhood,
                transportChannel,
                nodeEvents,
                operations.linkCredits(),
                ring,
                neighbourSlots,
                schedulers.timer(),
                time);
        this.maintenance = new NeighbourMaintenance(
                ring,
                neighbourhood,
                links,
                neighbourSlots,
                connects,
                localChannel,
                gateways,
                knownPeers,
                schedulers.timer(),
                time,
                random);
        this.connectionSources = new ConnectionSources(
                transport,
                gateways,
                maintenance::demand,
                maintenance.demandSignals(),
                maintenance.dialRequests(),
                neighbourhood::link,
                config.redialBackoff(),
                schedulers.timer(),
                random);
        StateReceiver intake = new RelatedSearch(
                contracts, new GetOperation(context, contracts, contracts, this::runInBackground), time);
        CompareOperation hosting = new CompareOperation(context, contracts, intake);
        UpdateBroadcast broadcast = new UpdateBroadcast(context, contracts, intake);
        this.hostingTasks = new HostingTasks(context, contracts, hosting, broadcast, nodeEvents::publish);
        GetOperation gets = new GetOperation(context, contracts, intake, this::runInBackground);
        this.updates = new UpdateOperation(context, contracts, intake, gets);
        this.subscriptions = new Subscriptions(
                subscriptionLimits, contracts, time, random, schedulers.timer(), schedulers.callbacks());
        this.subscriptionTasks = new SubscriptionTasks(context, contracts, gets, subscriptions);
        this.dispatch = new EventDispatcher(
                new PutOperation(context, contracts, intake),
                gets,
                updates,
                connects,
                hosting,
                broadcast,
                exchanges,
                links,
                maintenance,
                clientLimit,
                remoteLimit,
                remoteBytesLimit,
                backgroundLimit,
                new ConcurrencyLimit("updates of other nodes", operations.remoteLimit()),
                operations.deadline(),
                schedulers.timer());
        this.loop = new EventLoop(
                List.of(
                        EventSource.of(LoopEvent.Source.NOTIFICATIONS, localChannel),
                        new EventSource<>(LoopEvent.Source.HANDSHAKES, handshakeChannel, connectionSources.feeds()),
                        EventSource.of(LoopEvent.Source.TRANSPORT, transportChannel)),
                dispatch,
                monitor,
                schedulers.loop(),
                schedulers.timer());
        monitor.registerSender(LoopEvent.Source.NOTIFICATIONS, localChannel.identity());
        monitor.registerSender(LoopEvent.Source.HANDSHAKES, handshakeChannel.identity());
        monitor.registerSender(LoopEvent.Source.TRANSPORT, transportChannel.identity());
    }

    /** Opens the transport, runs the loop, and emits the address that peers can dial. Subscribe once. */
    public Mono<PeerAddress> start() {
        return contracts.restore().then(transport.open()).doOnNext(address -> {
            started = true;
            running.add(loop.run()
                    .doFinally(end -> loopEnded.tryEmitEmpty())
                    .subscribe(unused -> {}, failure -> log.error("event loop ended", failure)));
            maintenance.start();
            running.add(sampleProgress().subscribe(none -> {}, failure -> log.error("loop monitor ended", failure)));
            running.add(contracts
                    .conformanceMonitor()
                    .run()
                    .subscribe(this::publishQuarantine, failure -> log.error("merge law monitor ended", failure)));
            maintenanceTasks.update(Mono.when(hostingTasks.run(), subscriptionTasks.run())
                    .subscribe(none -> {}, failure -> log.error("hosting and subscription tasks ended", failure)));
            nodeEvents.publish(new NodeEvent.Started(transport.self(), address));
        });
    }

    /**
     * Rejects new requests, waits for running operations up to the configured timeout, closes the links, and completes
     * when the loop has handled all accepted events.
     */
    public Mono<Void> stop() {
        return Mono.defer(() -> {
                    loop.stop();
                    maintenanceTasks.dispose();
                    subscriptions.stopAccepting();
                    localChannel.close();
                    connectionSources.stop();
                    maintenance.stop();
                    dispatch.rejectRequests();
                    return calls.whenCompleted()
                            .then(untilIdle())
                            .timeout(config.stopTimeout(), Mono.empty(), schedulers.timer());
                })
                .then(Mono.fromRunnable(this::cancelRemaining))
                .then(transport.close())
                .onErrorResume(failure -> {
                    log.warn("transport close failed reason={}", failure.toString());
                    return Mono.empty();
                })
                .then(Mono.fromRunnable(transportChannel::close))
                .then(Mono.defer(() -> started ? drainLastEvents() : Mono.<Void>empty()))
                .then(Mono.fromRunnable(this::release));
    }

    private Mono<Void> drainLastEvents() {
        return loopEnded.asMono().timeout(FINAL_DRAIN_TIMEOUT, Mono.empty(), schedulers.timer());
    }

    /** Fails and cancels everything that still runs. */
    private void cancelRemaining() {
        calls.failAll();
        subscriptions.shutdown();
        dispatch.cancelAll();
    }

    private void release() {
        running.dispose();
        nodeEvents.publish(new NodeEvent.Stopped());
        nodeEvents.complete();
    }

    /** A task for a cancelled start: subscribes to the stop, so that it runs to its end, and only logs its failure. */
    public Runnable onStartCancelled(Mono<Void> stop) {
        return () -> stop.subscribe(unused -> {}, failure -> log.warn("stop after cancelled start failed", failure));
    }

    public Mono<PutReceipt> put(Contract contract, State state) {
        return calls.call(call -> new LocalEvent.PutRequested(contract, state, call));
    }

    public Mono<GetResult> get(ContractInstanceId id) {
        return calls.call(call -> new LocalEvent.GetRequested(id, call));
    }

    public Mono<UpdateReceipt> update(ContractInstanceId id, StateChange change) {
        return calls.call(call -> new LocalEvent.UpdateRequested(id, change, call));
    }

    public Flux<ContractUpdate> subscribe(ContractInstanceId id) {
        return subscriptions.subscribe(id);
    }

    /** The node's events from now on; a subscriber that lags more than 256 behind loses the oldest. */
    public Flux<NodeEvent> events() {
        return nodeEvents.events();
    }

    /** Completes when the node has at least this many neighbours. */
    public Mono<Void> awaitNeighbours(int neighbours) {
        // Subscribes before the first check, so a link in between is not missed.
        Flux<?> checks =
                Flux.merge(nodeEvents.events().filter(NodeEvent.PeerAdded.class::isInstance), Mono.just("now"));
        return checks.filter(check -> neighbourhood.links().size() >= neighbours)
                .next()
                .switchIfEmpty(Mono.error(NodeStoppedException::new))
                .then();
    }

    public LoopSnapshot loopSnapshot() {
        return monitor.snapshot();
    }

    public HostingStatus hostingStatus() {
        return contracts.status();
    }

    public SubscriptionStatus subscriptionStatus() {
        return subscriptions.status(updates.changeCount());
    }

    public List<PeerLink> links() {
        return neighbourhood.links();
    }

    /** The node's membership in the network. */
    public MembershipStatus membershipStatus() {
        List<PeerId> transientVia =
                links.transientVia().stream().map(PeerLink::peer).toList();
        return new MembershipStatus(
                joinState(transientVia), links.transientLinks(), transientVia, neighbourSlots.reserved());
    }

    private MembershipStatus.JoinState joinState(List<PeerId> transientVia) {
        if (neighbourhood.peers().isEmpty() && transientVia.isEmpty()) {
            return MembershipStatus.JoinState.ISOLATED;
        }
        return maintenance.isSettled() ? MembershipStatus.JoinState.SETTLED : MembershipStatus.JoinState.JOINING;
    }

    /** Sizes of the node's tables and queues, all of which are empty when the node is idle; and counters. */
    public TableSizes tableSizes() {
        return new TableSizes(
                clientLimit.running(),
                remoteLimit.running(),
                backgroundLimit.running(),
                exchanges.pending(),
                contracts.changesInProgress(),
                hostingTasks.pending(),
                subscriptionTasks.pending(),
                localChannel.queuedEvents() + handshakeChannel.queuedEvents() + transportChannel.queuedEvents(),
                localChannel.waitingSenders() + handshakeChannel.waitingSenders() + transportChannel.waitingSenders(),
                calls.pending(),
                exchanges.lateReplies(),
                nodeEvents.dropped());
    }

    private void publishQuarantine(Quarantine quarantine) {
        nodeEvents.publish(new NodeEvent.ContractQuarantined(
                quarantine.code(), quarantine.law().name(), quarantine.remaining()));
    }

    /** Repeated delays instead of a periodic task, since cancelling the latter takes a lock on the stopping thread. */
    private Mono<Void> sampleProgress() {
        return Mono.delay(config.monitorInterval(), schedulers.timer())
                .doOnNext(now -> monitor.sample())
                .repeat()
                .then();
    }

    private void runInBackground(String label, int bytes, Mono<?> work) {
        boolean hasRoom = backgroundLimit.running() + (long) bytes <= MAX_BACKGROUND_BYTES;
        if (!hasRoom || !localChannel.offer(new LocalEvent.BackgroundWork(label, bytes, work))) {
            log.debug("background work rejected, budget or queue full id={}", label);
        }
    }

    /** Completes when no operation of another node is running. Polls, since only a stopping node needs it. */
    private Mono<Void> untilIdle() {
        return Mono.delay(IDLE_CHECK_INTERVAL, schedulers.timer())
                .repeat(() -> dispatch.running() > 0)
                .then();
    }

    private <E extends LoopEvent> NotificationChannel<E> channel(String name, int capacity) {
        return new NotificationChannel<>(
                name, capacity, MAX_WAITING_SENDERS, config.sendTimeout(), schedulers.loop(), schedulers.timer());
    }
}
