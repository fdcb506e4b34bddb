package dev.tributary.core.engine;

import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.conformance.MergeLawMonitor;
import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.hosting.CompareOperation;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.hosting.HostingTable;
import dev.tributary.core.hosting.HostingTasks;
import dev.tributary.core.hosting.UpdateBroadcast;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.loop.EventLoop;
import dev.tributary.core.loop.LoopConfig;
import dev.tributary.core.loop.LoopMonitor;
import dev.tributary.core.loop.NodeEventPublisher;
import dev.tributary.core.loop.record.LoopRecorder;
import dev.tributary.core.membership.ConnectOperation;
import dev.tributary.core.membership.ConnectionSources;
import dev.tributary.core.membership.CostlyCodeLimiter;
import dev.tributary.core.membership.FamiliarPeers;
import dev.tributary.core.membership.KnownPeers;
import dev.tributary.core.membership.LinkTable;
import dev.tributary.core.membership.LostPeers;
import dev.tributary.core.membership.MembershipEvents;
import dev.tributary.core.membership.NeighbourMaintenance;
import dev.tributary.core.membership.NeighbourSearch;
import dev.tributary.core.membership.NeighbourSlots;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.operation.PutOperation;
import dev.tributary.core.operation.RelatedSearch;
import dev.tributary.core.operation.UpdateOperation;
import dev.tributary.core.repair.RepairTasks;
import dev.tributary.core.request.BackgroundExecutor;
import dev.tributary.core.request.Exchanges;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.PauseDetector;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.subscription.SubscriptionTasks;
import dev.tributary.core.subscription.Subscriptions;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Builds the parts of a node and connects them: the only place that knows them all. Nothing runs until
 * {@link NodeEngine#start}. Read it from top to bottom: each part is built from those above it.
 */
public final class NodeAssembly {

    final NodeEnvironment environment;
    final EngineConfig config;

    // The loop's sources, and what every request needs.
    final EventChannels channels;
    final RequestLimits limits;
    final RunningTasks tasks = new RunningTasks();
    final NodeEventPublisher nodeEvents = new NodeEventPublisher();
    final ClientCalls calls;
    final NeighbourTable neighbours;
    final Exchanges exchanges;
    final RequestContext context;
    final BackgroundRunner background;

    // Contracts: what runs them, what holds them, what keeps replicas in sync.
    final ContractExecutor executor;
    final MergeLawMonitor mergeLaws;
    final HostedContracts contracts;
    final RelatedSearch related;
    final CompareOperation compares;
    final UpdateBroadcast broadcast;
    final HostingTasks hostingTasks;

    // Operations of clients and peers.
    final PutOperation puts;
    final GetOperation gets;
    final UpdateOperation updates;
    final Subscriptions subscriptions;
    final SubscriptionTasks subscriptionTasks;
    final RepairTasks repairTasks;

    // Neighbours and links.
    final NeighbourSlots slots;
    final ConnectOperation connects;
    final LinkTable links;
    final NeighbourMaintenance maintenance;
    final ConnectionSources connectionSources;

    // The loop, which brings every event to the part that it concerns.
    final PeerRequestHandler peerRequests;
    final LoopMonitor monitor;
    final EventLoop loop;
    final LivenessProbe liveness;

    /** Assembles a node that works on its own background work. */
    public NodeAssembly(NodeEnvironment environment, EngineConfig config) {
        this(environment, config, null);
    }

    /** @param background takes the work that operations leave behind; null for the node's own executor */
    NodeAssembly(NodeEnvironment environment, EngineConfig config, @Nullable BackgroundExecutor background) {
        this.environment = environment;
        this.config = config;
        EngineThreads threads = environment.threads();
        Scheduler timer = threads.timer();
        TimeSource time = environment.time();
        RandomGenerator random = environment.random();
        OperationConfig operations = config.operations();

        channels = EventChannels.open(config.loop(), threads, time);
        limits = RequestLimits.of(operations.limits(), MemoryPlan.ofThisProcess());
        calls = new ClientCalls(channels.local());
        neighbours = new NeighbourTable(environment.transport().self(), time);
        exchanges = new Exchanges(operations.limits().linkCredits(), time, timer);
        neighbours.judgeSilent(exchanges::isSilent);
        exchanges.onSilenceChange(neighbours::onReliabilityChange);
        this.background =
                new BackgroundRunner(channels.local(), limits.background(), operations.deadline(), timer, tasks);
        BackgroundExecutor later = background == null ? this.background : background;
        PauseDetector pauses = new PauseDetector(time);
        context = new RequestContext(operations, neighbours, exchanges, pauses, time, timer, random, later);

        executor = new ContractExecutor(
                environment.runtimes(), config.contracts(), threads.contracts(), timer, time, this::heldState);
        mergeLaws = new MergeLawMonitor(executor, config.mergeLaws(), time, timer, random);
        HostingTable table = new HostingTable(
                config.hosting(),
                operations.replicas(),
                key -> mergeLaws.mayBroadcast(key) && !executor.isResting(key.id()),
                neighbours.self(),
                time,
                pauses,
                random,
                timer);
        table.replicaTracker().onDiverged((key, peer) -> nodeEvents.publish(new NodeEvent.ReplicasDiverged(key, peer)));
        contracts = new HostedContracts(environment.store(), executor, mergeLaws, table, time);
        CompareOperation withoutSearch = new CompareOperation(context, contracts, contracts);
        related = new RelatedSearch(
                contracts,
                new GetOperation(context, contracts, withoutSearch, contracts, later, limits.remoteBytes()),
                time);
        compares = new CompareOperation(context, contracts, related);
        broadcast = new UpdateBroadcast(context, contracts, related);
        hostingTasks = new HostingTasks(context, contracts, compares, broadcast, nodeEvents::publish);

        puts = new PutOperation(context, contracts, related);
        gets = new GetOperation(context, contracts, compares, related, later, limits.remoteBytes());
        updates = new UpdateOperation(context, contracts, related, gets, puts);
        subscriptions = new Subscriptions(config.subscriptions(), contracts, time, random, timer, threads.callbacks());
        subscriptionTasks = new SubscriptionTasks(context, contracts, gets, subscriptions);

        repairTasks = new RepairTasks(context, contracts, gets);

        FamiliarPeers familiar = new FamiliarPeers(environment.bootstrapPeers(), environment.knownPeers());
        environment.transport().keepPlacesFor(familiar::contains);
        slots = new NeighbourSlots(config.ring(), config.membership(), neighbours, familiar, time, random);
        connects = new ConnectOperation(context, slots);
        links = new LinkTable(context, config.membership(), slots, channels.transport(), nodeEvents);
        contracts.onCostlyCode(new CostlyCodeLimiter(links, time)::record);
        NeighbourSearch search = new NeighbourSearch(context, links, slots, connects, channels.local());
        maintenance = new NeighbourMaintenance(
                config.membership(),
                context,
                links,
                slots,
                search,
                new KnownPeers(environment.knownPeers()),
                new LostPeers(environment.bootstrapPeers(), time.nanos()),
                channels.local());
        connectionSources = new ConnectionSources(
                environment.transport(),
                environment.bootstrapPeers(),
                maintenance,
                neighbours::link,
                config.membership().redialBackoff(),
                timer,
                random);

        peerRequests = new PeerRequestHandler(
                new PeerOperations(puts, gets, connects, compares, broadcast),
                contracts::sizeOf,
                context,
                links,
                limits,
                tasks);
        EventDispatcher dispatcher = new EventDispatcher(
                new MembershipEvents(links, maintenance),
                new ClientRequestHandler(limits.clients()),
                peerRequests,
                exchanges,
                this.background);
        monitor = monitor(config.loop(), time);
        loop = new EventLoop(channels.sources(connectionSources.feeds()), dispatcher, monitor, threads.loop(), timer);
        channels.identify(monitor);
        liveness = new LivenessProbe(channels.local(), timer, threads.callbacks(), executor, environment.store(), time);
    }

    /** A node on virtual time is one of the thousands of a simulation, and records nothing. */
    private static LoopMonitor monitor(LoopConfig config, TimeSource time) {
        LoopRecorder recorder = LoopRecorder.of(time, time.isSystem() ? config.recordedEvents() : 0);
        return new LoopMonitor(time, config.slowHandlerLimit(), config.stallLimit(), recorder);
    }

    /** The state that this node holds. A damaged copy counts as missing: it is searched for on the ring. */
    private Mono<State> heldState(ContractInstanceId id) {
        return environment
                .store()
                .read(id)
                .map(StoredContract::state)
                .onErrorResume(ContractDamagedException.class, damaged -> Mono.empty());
    }
}
