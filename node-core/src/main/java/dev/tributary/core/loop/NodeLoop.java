package dev.tributary.core.loop;

import dev.tributary.core.contract.Quarantine;
import dev.tributary.core.error.NodeStoppedException;
import dev.tributary.core.operation.Admission;
import dev.tributary.core.operation.ConnectOperation;
import dev.tributary.core.operation.Exchanges;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.operation.HostedContracts;
import dev.tributary.core.operation.HostingOperation;
import dev.tributary.core.operation.HostingStatus;
import dev.tributary.core.operation.HostingUpkeep;
import dev.tributary.core.operation.Intake;
import dev.tributary.core.operation.LivingStatus;
import dev.tributary.core.operation.Neighbourhood;
import dev.tributary.core.operation.OperationConfig;
import dev.tributary.core.operation.OperationContext;
import dev.tributary.core.operation.PutOperation;
import dev.tributary.core.operation.RelatedSearch;
import dev.tributary.core.operation.SpreadOperation;
import dev.tributary.core.operation.SubscriptionConfig;
import dev.tributary.core.operation.SubscriptionUpkeep;
import dev.tributary.core.operation.Subscriptions;
import dev.tributary.core.operation.UpdateOperation;
import dev.tributary.core.operation.Vacancies;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.NodeNotice;
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

/** A node's loop with everything that it drives: its sources, its operations, and the door for local clients. */
public final class NodeLoop {

    /** How many senders may wait for room in a channel: more than there can be links. */
    private static final int WAITING_ROOM = 1 << 17;

    /** How many handshakes may wait for the loop: beyond it the transport is not asked for more. */
    private static final int HANDSHAKES_WAITING = 64;

    /** How many bytes of state may wait to be kept when nobody waits for it: two of the largest. */
    private static final int BACKGROUND_BYTES = 128 << 20;

    private static final Duration QUIET_LOOKS = Duration.ofMillis(20);

    /** How long the loop may take to handle what is left once nothing new can come. */
    private static final Duration LAST_EVENTS = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(NodeLoop.class);

    private final LoopConfig config;
    private final PeerTransport transport;
    private final HostedContracts contracts;
    private final LoopSchedulers schedulers;

    private final NotificationChannel<Notification> notifications;
    private final NotificationChannel<HandshakeEvent> arrivals;
    private final NotificationChannel<TransportEvent> traffic;
    private final Neighbourhood neighbourhood;
    private final Exchanges exchanges;
    private final Admission clients;
    private final Admission strangers;
    private final Admission strangerBytes;
    private final Admission background = new Admission("bytes of background work", BACKGROUND_BYTES);
    private final LinkTable links;
    private final Vacancies vacancies;
    private final Upkeep upkeep;
    private final Handshakes handshakes;
    private final HostingUpkeep hostingUpkeep;
    private final UpdateOperation updates;
    private final Subscriptions subscriptions;
    private final SubscriptionUpkeep subscriptionUpkeep;
    private final Dispatch dispatch;
    private final LoopMonitor monitor;
    private final EventLoop loop;
    private final Notices notices = new Notices();
    private final Answers answers;
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private final Disposable.Composite running = Disposables.composite();
    private final Disposable.Swap lookingAfter = Disposables.swap();
    private volatile boolean started;

    /**
     * A loop that is not running yet.
     *
     * @param gateways peers to dial whenever neighbours are wanting
     * @param known peers from before, to dial when there is nobody
     */
    public NodeLoop(
            LoopConfig config,
            OperationConfig operations,
            SubscriptionConfig limits,
            RingConfig ring,
            PeerTransport transport,
            List<PeerContact> gateways,
            List<PeerContact> known,
            HostedContracts contracts,
            LoopSchedulers schedulers,
            TimeSource time,
            RandomGenerator random) {
        this.config = config;
        this.transport = transport;
        this.contracts = contracts;
        this.schedulers = schedulers;
        this.notifications = channel("notifications", config.notificationCapacity());
        this.answers = new Answers(notifications);
        this.arrivals = channel("handshakes", HANDSHAKES_WAITING);
        this.traffic = channel("transport", config.transportCapacity());
        this.neighbourhood = new Neighbourhood(transport.self(), time);
        this.exchanges = new Exchanges(operations.linkCredits(), schedulers.timer());
        this.clients = new Admission("client operations", operations.clientLimit());
        this.strangers = new Admission("operations of other nodes", operations.strangerLimit());
        this.strangerBytes = new Admission("bytes of other nodes' states", operations.strangerBytes());
        this.monitor = new LoopMonitor(time, config.slowHandler(), config.stall());
        OperationContext context = new OperationContext(
                operations,
                neighbourhood,
                exchanges,
                () -> TransactionId.next(time.clock(), random),
                time,
                schedulers.timer(),
                random);
        this.vacancies = new Vacancies(ring, neighbourhood, time, random);
        ConnectOperation connects = new ConnectOperation(context, vacancies);
        this.links = new LinkTable(
                neighbourhood, traffic, notices, operations.linkCredits(), ring, vacancies, schedulers.timer(), time);
        this.upkeep = new Upkeep(
                ring,
                neighbourhood,
                links,
                vacancies,
                connects,
                notifications,
                gateways,
                known,
                schedulers.timer(),
                time,
                random);
        this.handshakes = new Handshakes(
                transport,
                gateways,
                upkeep::need,
                upkeep.alarms(),
                upkeep.wishes(),
                neighbourhood::link,
                config.redial(),
                schedulers.timer(),
                random);
        Intake intake =
                new RelatedSearch(contracts, new GetOperation(context, contracts, contracts, this::later), time);
        HostingOperation hosting = new HostingOperation(context, contracts, intake);
        SpreadOperation spread = new SpreadOperation(context, contracts, intake);
        this.hostingUpkeep = new HostingUpkeep(context, contracts, hosting, spread, notices::tell);
        GetOperation gets = new GetOperation(context, contracts, intake, this::later);
        this.updates = new UpdateOperation(context, contracts, intake, gets);
        this.subscriptions =
                new Subscriptions(limits, contracts, time, random, schedulers.timer(), schedulers.callbacks());
        this.subscriptionUpkeep = new SubscriptionUpkeep(context, contracts, gets, subscriptions);
        this.dispatch = new Dispatch(
                new PutOperation(context, contracts, intake),
                gets,
                updates,
                connects,
                hosting,
                spread,
                exchanges,
                links,
                upkeep,
                clients,
                strangers,
                strangerBytes,
                background,
                new Admission("changes of other nodes", operations.strangerLimit()),
                operations.deadline(),
                schedulers.timer());
        this.loop = new EventLoop(
                List.of(
                        EventSource.of(NodeEvent.Source.NOTIFICATIONS, notifications),
                        new EventSource<>(NodeEvent.Source.HANDSHAKES, arrivals, handshakes.feeds()),
                        EventSource.of(NodeEvent.Source.TRANSPORT, traffic)),
                dispatch,
                monitor,
                schedulers.loop(),
                schedulers.timer());
        monitor.sendsTo(NodeEvent.Source.NOTIFICATIONS, notifications.identity());
        monitor.sendsTo(NodeEvent.Source.HANDSHAKES, arrivals.identity());
        monitor.sendsTo(NodeEvent.Source.TRANSPORT, traffic.identity());
    }

    /** Opens the transport, runs the loop, and emits the address that peers can dial. Subscribe once. */
    public Mono<PeerAddress> start() {
        return contracts.restore().then(transport.open()).doOnNext(address -> {
            started = true;
            running.add(loop.run()
                    .doFinally(end -> ended.tryEmitEmpty())
                    .subscribe(unused -> {}, failure -> log.error("the event loop ended", failure)));
            upkeep.start();
            running.add(watch().subscribe(none -> {}, failure -> log.error("nobody watches the loop", failure)));
            running.add(contracts
                    .laws()
                    .run()
                    .subscribe(this::tell, failure -> log.error("nobody watches over the laws", failure)));
            lookingAfter.update(Mono.when(hostingUpkeep.run(), subscriptionUpkeep.run())
                    .subscribe(none -> {}, failure -> log.error("nobody looks after the contracts", failure)));
            notices.tell(new NodeNotice.Started(transport.self(), address));
        });
    }

    /**
     * Accepts nothing new, gives the operations under way their time, closes the links, and completes when the loop has
     * handled what it had accepted.
     */
    public Mono<Void> stop() {
        return Mono.defer(() -> {
                    loop.stop();
                    lookingAfter.dispose();
                    subscriptions.refuse();
                    notifications.close();
                    handshakes.stop();
                    upkeep.stop();
                    dispatch.refuse();
                    return answers.given()
                            .then(quiet())
                            .timeout(config.stopPatience(), Mono.empty(), schedulers.timer());
                })
                .then(Mono.fromRunnable(this::cutOff))
                .then(transport.close())
                .onErrorResume(failure -> {
                    log.warn("the transport did not close well: {}", failure.toString());
                    return Mono.empty();
                })
                .then(Mono.fromRunnable(traffic::close))
                .then(Mono.defer(() -> started ? lastEvents() : Mono.<Void>empty()))
                .then(Mono.fromRunnable(this::end));
    }

    private Mono<Void> lastEvents() {
        return ended.asMono().timeout(LAST_EVENTS, Mono.empty(), schedulers.timer());
    }

    /** What is not over now never will be. */
    private void cutOff() {
        answers.cutOff();
        subscriptions.end();
        dispatch.stop();
    }

    private void end() {
        running.dispose();
        notices.tell(new NodeNotice.Stopped());
        notices.end();
    }

    /** For whoever gives up a start: runs the end to its end, which nobody waits for. */
    public Runnable abandon(Mono<Void> stop) {
        return () -> stop.subscribe(
                unused -> {}, failure -> log.warn("a start that was given up did not end well", failure));
    }

    public Mono<PutReceipt> put(Contract contract, State state) {
        return answers.ask(answer -> new Notification.PutAsked(contract, state, answer));
    }

    public Mono<GetResult> get(ContractInstanceId id) {
        return answers.ask(answer -> new Notification.GetAsked(id, answer));
    }

    public Mono<UpdateReceipt> update(ContractInstanceId id, StateChange change) {
        return answers.ask(answer -> new Notification.UpdateAsked(id, change, answer));
    }

    public Flux<ContractUpdate> subscribe(ContractInstanceId id) {
        return subscriptions.subscribe(id);
    }

    /** What happens to the node from now on; the oldest are dropped for a listener that lags 256 behind. */
    public Flux<NodeNotice> notices() {
        return notices.flux();
    }

    /** Completes when there are at least this many neighbours. */
    public Mono<Void> linked(int neighbours) {
        // Listening begins before the first look, so a link between the two is not missed.
        Flux<?> looks = Flux.merge(notices.flux().filter(NodeNotice.PeerLinked.class::isInstance), Mono.just("now"));
        return looks.filter(look -> neighbourhood.links().size() >= neighbours)
                .next()
                .switchIfEmpty(Mono.error(NodeStoppedException::new))
                .then();
    }

    public LoopSnapshot snapshot() {
        return monitor.snapshot();
    }

    public HostingStatus hosting() {
        return contracts.status();
    }

    public LivingStatus living() {
        return subscriptions.status(updates.made());
    }

    public List<PeerLink> links() {
        return neighbourhood.links();
    }

    /** How the node stands among its peers. */
    public RingSnapshot ring() {
        List<PeerId> guestAt = links.guestAt().stream().map(PeerLink::peer).toList();
        return new RingSnapshot(standing(guestAt), links.guests(), guestAt, vacancies.reserved());
    }

    private RingSnapshot.Standing standing(List<PeerId> guestAt) {
        if (neighbourhood.peers().isEmpty() && guestAt.isEmpty()) {
            return RingSnapshot.Standing.ISOLATED;
        }
        return upkeep.settled() ? RingSnapshot.Standing.SETTLED : RingSnapshot.Standing.JOINING;
    }

    /** How much of everything that must be empty when all is quiet is not. */
    public TableSizes tables() {
        return new TableSizes(
                clients.running(),
                strangers.running(),
                background.running(),
                exchanges.pending(),
                contracts.changing(),
                hostingUpkeep.pending(),
                subscriptionUpkeep.pending(),
                notifications.waiting() + arrivals.waiting() + traffic.waiting(),
                notifications.sendersWaiting() + arrivals.sendersWaiting() + traffic.sendersWaiting(),
                answers.waiting(),
                exchanges.late(),
                notices.dropped());
    }

    private void tell(Quarantine begun) {
        notices.tell(
                new NodeNotice.ContractQuarantined(begun.code(), begun.law().name(), begun.left()));
    }

    /** One look after the other, not a periodic task: to cancel that one takes a lock, on whatever thread stops. */
    private Mono<Void> watch() {
        return Mono.delay(config.watchInterval(), schedulers.timer())
                .doOnNext(now -> monitor.look())
                .repeat()
                .then();
    }

    private void later(String what, int bytes, Mono<?> work) {
        boolean room = background.running() + (long) bytes <= BACKGROUND_BYTES;
        if (!room || !notifications.offer(new Notification.WorkLeft(what, bytes, work))) {
            log.debug("{} not kept: there is no room for it", what);
        }
    }

    /** Completes when nothing of other nodes is under way. Looks now and then: it is only for the end. */
    private Mono<Void> quiet() {
        return Mono.delay(QUIET_LOOKS, schedulers.timer())
                .repeat(() -> dispatch.running() > 0)
                .then();
    }

    private <E extends NodeEvent> NotificationChannel<E> channel(String name, int capacity) {
        return new NotificationChannel<>(
                name, capacity, WAITING_ROOM, config.sendPatience(), schedulers.loop(), schedulers.timer());
    }
}
