package dev.tributary.core.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.contract.JavaContractRuntime;
import dev.tributary.core.contract.LastWriterWins;
import dev.tributary.core.contract.LawConfig;
import dev.tributary.core.contract.LawWatch;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.InMemoryContractStore;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.test.AskingRuntime;
import dev.tributary.core.test.LastComerWins;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.test.VirtualClock;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.NodeNotice;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The operations of one node on virtual time, with scripted neighbours. Distances start at the contract's location. */
final class OperationFixture {

    static final Contract CONTRACT = LastWriterWins.named("operation");
    static final State STATE = LastWriterWins.state(1, new byte[] {42});

    final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    final ContractStore store;
    final List<Mono<?>> leftWork = new ArrayList<>();
    final Exchanges exchanges;
    final Neighbourhood neighbourhood;
    final HostedContracts contracts;
    final RelatedSearch related;
    final LawWatch laws;
    final Disposable watching;
    final PutOperation puts;
    final GetOperation gets;
    final UpdateOperation updates;
    final OperationContext context;
    final Vacancies vacancies;
    final ConnectOperation connects;
    final HostingOperation hosting;
    final SpreadOperation spread;
    final HostingUpkeep upkeep;
    final List<NodeNotice> notices = new ArrayList<>();

    private OperationFixture(
            OperationConfig config, HostingConfig hostingConfig, ContractStore store, double distance) {
        this.store = store;
        Random random = new Random(7);
        TimeSource source = new TimeSource(new VirtualClock(time), () -> time.now(TimeUnit.NANOSECONDS));
        exchanges = new Exchanges(config.linkCredits(), time);
        neighbourhood = new Neighbourhood(peerAt(distance, 0), source);
        ContractExecutor executor = new ContractExecutor(
                List.of(
                        new AskingRuntime(),
                        JavaContractRuntime.of(LastComerWins.CONTRACT),
                        JavaContractRuntime.standard()),
                ContractLimits.DEFAULT,
                Schedulers.immediate(),
                time,
                source,
                id -> store.read(id).map(StoredContract::state));
        laws = new LawWatch(executor, LawConfig.DEFAULT.withSample(1), source, time, random);
        contracts = new HostedContracts(
                store, executor, laws, hostingConfig, config.replicas(), neighbourhood.self(), time, source, random);
        context = new OperationContext(
                config,
                neighbourhood,
                exchanges,
                () -> TransactionId.next(Clock.systemUTC(), random),
                source,
                time,
                random);
        watching = laws.run().subscribe(begun -> {});
        Background background = (tx, bytes, work) -> leftWork.add(work);
        related = new RelatedSearch(contracts, new GetOperation(context, contracts, contracts, background), source);
        puts = new PutOperation(context, contracts, related);
        gets = new GetOperation(context, contracts, related, background);
        updates = new UpdateOperation(context, contracts, related, gets);
        vacancies = new Vacancies(RingConfig.DEFAULT, neighbourhood, source, random);
        connects = new ConnectOperation(context, vacancies);
        hosting = new HostingOperation(context, contracts, related);
        spread = new SpreadOperation(context, contracts, related);
        upkeep = new HostingUpkeep(context, contracts, hosting, spread, notices::add);
    }

    /** A node at this distance from the contract's location. */
    static OperationFixture nodeAt(double distance) {
        return nodeAt(distance, OperationConfig.DEFAULT.withReplicas(1));
    }

    static OperationFixture nodeAt(double distance, OperationConfig config) {
        return nodeAt(distance, config, HostingConfig.DEFAULT);
    }

    static OperationFixture nodeAt(double distance, OperationConfig config, HostingConfig hosting) {
        return new OperationFixture(config, hosting, InMemoryContractStore.create(), distance);
    }

    /** A node with this store. */
    static OperationFixture nodeWith(ContractStore store) {
        return new OperationFixture(OperationConfig.DEFAULT.withReplicas(1), HostingConfig.DEFAULT, store, 0.3);
    }

    /** A new node with the store of another node. */
    static OperationFixture restarted(OperationFixture before, HostingConfig hosting) {
        return new OperationFixture(OperationConfig.DEFAULT, hosting, before.store, 0.3);
    }

    /** A peer id at this distance from the contract's location, from 0 to 0.5. */
    static PeerId peerAt(double distance, int tag) {
        double location = CONTRACT.key().location().value() + distance;
        return ScriptedPeer.idAt(location - Math.floor(location), tag);
    }

    OperationFixture with(ScriptedPeer... peers) {
        for (ScriptedPeer peer : peers) {
            peer.connect(exchanges::settle);
            neighbourhood.add(peer);
        }
        return this;
    }

    void departs(ScriptedPeer peer) {
        neighbourhood.remove(peer);
        exchanges.departed(peer, new CloseReason(CloseReason.Kind.LOST, "killed by the test"));
    }

    void passes(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** Sends the neighbours all updates that are due now. */
    void tellAll() {
        Spreading spreading = contracts.table().due().spreading();
        for (Optional<Spreading.Told> due = spreading.take(); due.isPresent(); due = spreading.take()) {
            spread.tell(due.get()).block();
            spreading.end(due.get());
        }
    }

    /** The contract's stored state. */
    State held() {
        return contracts.find(CONTRACT.id()).blockOptional().orElseThrow().state();
    }

    void nothingIsLeftBehind() {
        assertThat(exchanges.pending()).as("exchanges").isZero();
        assertThat(contracts.changing()).as("contract locks").isZero();
        assertThat(related.waiting()).as("states waiting for related contracts").isZero();
    }
}
