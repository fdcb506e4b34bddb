package dev.tributary.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.NodeConfig;
import dev.tributary.core.NodeSchedulers;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.contract.conformance.MergeLawConfig;
import dev.tributary.core.contract.conformance.MergeLawMonitor;
import dev.tributary.core.hosting.CompareOperation;
import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.hosting.HostingConfig;
import dev.tributary.core.hosting.HostingTasks;
import dev.tributary.core.hosting.UpdateBroadcast;
import dev.tributary.core.hosting.UpdateQueue;
import dev.tributary.core.membership.ConnectOperation;
import dev.tributary.core.membership.NeighbourSlots;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.operation.PutOperation;
import dev.tributary.core.operation.RelatedSearch;
import dev.tributary.core.operation.UpdateOperation;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.request.Exchanges;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.OperationConfig;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.test.Climbing;
import dev.tributary.core.test.Exhausting;
import dev.tributary.core.test.NumberedPages;
import dev.tributary.core.test.RelatedContractsRuntime;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.test.VirtualClock;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The operations of one node on virtual time, with scripted neighbours. Distances start at the contract's location. */
public final class OperationFixture {

    public static final Contract CONTRACT = LastWriterWins.named("operation");
    public static final State STATE = LastWriterWins.state(1, new byte[] {42});

    public final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    public final ContractStore store;
    public final List<Mono<?>> backgroundWork = new ArrayList<>();
    public final Exchanges exchanges;
    public final NeighbourTable neighbours;
    public final HostedContracts contracts;
    public final RelatedSearch related;
    public final MergeLawMonitor monitor;
    final Disposable monitorRun;
    public final PutOperation puts;
    public final GetOperation gets;
    public final UpdateOperation updates;
    public final RequestContext context;
    public final NeighbourSlots slots;
    public final ConnectOperation connects;
    public final CompareOperation comparisons;
    public final UpdateBroadcast broadcasts;
    public final HostingTasks hostingTasks;
    public final List<NodeEvent> notices = new ArrayList<>();
    public final Exhausting exhausting = new Exhausting();

    private OperationFixture(
            OperationConfig config, HostingConfig hostingConfig, ContractStore store, double distance) {
        this.store = store;
        TimeSource source = new TimeSource(new VirtualClock(time), () -> time.now(TimeUnit.NANOSECONDS));
        NodeEnvironment environment = new NodeEnvironment(
                new ClosedTransport(peerAt(distance, 0)),
                store,
                List.of(
                        new RelatedContractsRuntime(),
                        JavaContractRuntime.of(Climbing.CONTRACT, NumberedPages.CONTRACT),
                        JavaContractRuntime.of(exhausting),
                        JavaContractRuntime.standard()),
                List.of(),
                List.of(),
                new NodeSchedulers(time, time, Schedulers.immediate(), Schedulers.immediate()),
                source,
                new Random(7));
        NodeConfig node = NodeConfig.defaults()
                .withOperations(config)
                .withHosting(hostingConfig)
                .withMergeLaws(MergeLawConfig.defaults().withSampleOneIn(1));
        NodeAssembly parts = new NodeAssembly(environment, node, (name, bytes, work) -> backgroundWork.add(work));
        exchanges = parts.exchanges;
        neighbours = parts.neighbours;
        contracts = parts.contracts;
        related = parts.related;
        monitor = parts.mergeLaws;
        puts = parts.puts;
        gets = parts.gets;
        updates = parts.updates;
        context = parts.context;
        slots = parts.slots;
        connects = parts.connects;
        comparisons = parts.compares;
        broadcasts = parts.broadcast;
        hostingTasks = parts.hostingTasks;
        parts.nodeEvents.events().subscribe(notices::add);
        monitorRun = monitor.run().subscribe(begun -> {});
    }

    /** A node at this distance from the contract's location. */
    public static OperationFixture nodeAt(double distance) {
        return nodeAt(distance, OperationConfig.defaults().withReplicas(1));
    }

    public static OperationFixture nodeAt(double distance, OperationConfig config) {
        return nodeAt(distance, config, HostingConfig.defaults());
    }

    public static OperationFixture nodeAt(double distance, OperationConfig config, HostingConfig hosting) {
        return new OperationFixture(config, hosting, InMemoryContractStore.create(), distance);
    }

    /** A node with this store. */
    public static OperationFixture nodeWith(ContractStore store) {
        return new OperationFixture(OperationConfig.defaults().withReplicas(1), HostingConfig.defaults(), store, 0.3);
    }

    /** A new node with the store of another node. */
    public static OperationFixture restarted(OperationFixture before, HostingConfig hosting) {
        return new OperationFixture(OperationConfig.defaults(), hosting, before.store, 0.3);
    }

    /** A peer id at this distance from the contract's location, from 0 to 0.5. */
    public static PeerId peerAt(double distance, int tag) {
        double location = CONTRACT.key().location().value() + distance;
        return ScriptedPeer.idAt(location - Math.floor(location), tag);
    }

    public OperationFixture with(ScriptedPeer... peers) {
        for (ScriptedPeer peer : peers) {
            peer.connect(exchanges::complete);
            neighbours.add(peer);
        }
        return this;
    }

    public void disconnect(ScriptedPeer peer) {
        neighbours.remove(peer);
        exchanges.onLinkClosed(peer, new CloseReason(CloseReason.Kind.LOST, "killed by the test"));
    }

    public void advance(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** Sends the neighbours all updates that are due now. */
    public void sendDueUpdates() {
        UpdateQueue queue = contracts.table().scheduler().updateQueue();
        for (Optional<UpdateQueue.UpdateTarget> due = queue.take(); due.isPresent(); due = queue.take()) {
            broadcasts.sendUpdate(due.get()).block();
            queue.finish(due.get());
        }
    }

    /** The contract's stored state. */
    public State heldState() {
        return contracts.find(CONTRACT.id()).blockOptional().orElseThrow().state();
    }

    public void assertNothingPending() {
        assertThat(exchanges.pending()).as("exchanges").isZero();
        assertThat(contracts.changesInProgress()).as("contract locks").isZero();
        assertThat(related.waiting()).as("states waiting for related contracts").isZero();
    }

    /** A transport without links: the tests add scripted peers to the table of neighbours. */
    private record ClosedTransport(PeerId self) implements PeerTransport {

        @Override
        public Mono<PeerAddress> open() {
            return Mono.never();
        }

        @Override
        public Flux<PeerLink> accepted() {
            return Flux.never();
        }

        @Override
        public Flux<HandshakeAttempt> handshakeEvents() {
            return Flux.never();
        }

        @Override
        public Mono<PeerLink> dial(PeerAddress address, @Nullable PeerId expected) {
            return Mono.never();
        }

        @Override
        public Mono<Void> close() {
            return Mono.empty();
        }
    }
}
