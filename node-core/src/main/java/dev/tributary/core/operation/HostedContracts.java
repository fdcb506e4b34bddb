package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.LawWatch;
import dev.tributary.core.error.NoRoomException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The contracts that this node holds: what is brought is validated, merged and committed, one change a contract at a time,
 * if there is room for it.
 */
public final class HostedContracts implements Intake {

    private final ContractStore store;
    private final ContractExecutor executor;
    private final LawWatch laws;
    private final TimeSource time;
    private final HostingTable table;
    private final Deltas deltas;
    private final Turns<ContractInstanceId> turns = new Turns<>();

    /** Commits that are under way: they go on when nobody waits for them any more, and then the next turn has to. */
    private final Map<ContractInstanceId, Mono<Void>> commits = new ConcurrentHashMap<>();

    private final List<Consumer<StoredContract>> listeners = new CopyOnWriteArrayList<>();

    /**
     * The contracts of a store.
     *
     * @param laws hears of merges, and says which contracts may be spread
     * @param replicas how many copies there should be of what this node is the root of, its own included
     * @param self this node
     * @param timer where those wake up who look after the contracts
     */
    public HostedContracts(
            ContractStore store,
            ContractExecutor executor,
            LawWatch laws,
            HostingConfig config,
            int replicas,
            PeerId self,
            Scheduler timer,
            TimeSource time,
            RandomGenerator random) {
        this.store = store;
        this.executor = executor;
        this.laws = laws;
        this.time = time;
        this.deltas = new Deltas(executor, time);
        this.table = new HostingTable(config, replicas, laws::mayBeSpread, self, time, random, timer);
    }

    /** Takes in what the store holds from an earlier life, without reading the states. Subscribe once, first of all. */
    public Mono<Void> restore() {
        return store.holdings().doOnNext(table::restore).then();
    }

    HostingTable table() {
        return table;
    }

    /** Says what is missing where. */
    Deltas deltas() {
        return deltas;
    }

    /** Tells the listener of every commit from now on, in their order contract by contract. It must return at once. */
    void onCommit(Consumer<StoredContract> listener) {
        listeners.add(listener);
    }

    /** What is held of the contract, or empty. */
    Mono<StoredContract> find(ContractInstanceId id) {
        return Mono.defer(() -> table.holds(id) ? store.read(id) : Mono.empty());
    }

    /** The contract's own digest of a state. */
    Mono<StateSummary> summarize(CallClass callClass, Contract contract, State state) {
        return executor.summarize(callClass, contract, state);
    }

    /** Whether the copy that is held, if there is one, takes part in keeping in step with the others. */
    boolean fresh(ContractInstanceId id) {
        return table.fresh(id);
    }

    /** Notes that somebody was given the copy that is held. */
    void wanted(ContractInstanceId id) {
        table.wanted(id);
    }

    /** Notes whether somebody here subscribes to the contract, and so wants it kept in step. */
    void subscribed(ContractInstanceId id, boolean wanted) {
        table.subscribed(id, wanted);
    }

    /** Notes that a neighbour has taken in this state, and what it holds now if it says so. */
    void told(PeerId neighbour, ContractInstanceId id, StateDigest state, @Nullable StateDigest held) {
        table.peerCopies().told(neighbour, id, state, held);
    }

    /** {@inheritDoc} Others that the contract asks for are looked up here and nowhere else. */
    @Override
    public Mono<State> store(Bringer bringer, Contract contract, State brought) {
        return inTurn(
                contract.id(),
                find(contract.id())
                        .map(Optional::of)
                        .defaultIfEmpty(Optional.empty())
                        .flatMap(held -> take(bringer, contract, held, brought)));
    }

    /** {@inheritDoc} Others that the contract asks for are looked up here and nowhere else. */
    @Override
    public Mono<Changed> change(Bringer bringer, ContractInstanceId id, List<StateChange> changes) {
        return inTurn(id, find(id).flatMap(held -> take(bringer, held, changes)));
    }

    /** Why this, which was found, is not held here afterwards. */
    NodeException noRoom(Contract contract, State state) {
        long size = (long) state.size()
                + contract.parameters().bytes().size()
                + contract.code().bytes().size();
        return new NoRoomException(contract.id(), size, table.config().bytes());
    }

    /** Removes from the store what was given up, unless it has come back meanwhile; emits whether it had not. */
    Mono<Boolean> remove(ContractInstanceId id) {
        return inTurn(
                id,
                Mono.defer(() -> table.leavers().contains(id)
                        ? store.remove(id)
                                .doOnSuccess(done -> table.leavers().remove(id))
                                .thenReturn(true)
                        : Mono.just(false)));
    }

    /** What is hosted, in numbers. */
    public HostingStatus status() {
        return table.status();
    }

    /** What watches over their merges, and says which may be spread. */
    public LawWatch laws() {
        return laws;
    }

    /** How many contracts are being changed. */
    public int changing() {
        return turns.busy();
    }

    private Mono<State> take(Bringer bringer, Contract contract, Optional<StoredContract> held, State brought) {
        Optional<State> before = held.map(StoredContract::state);
        return executor.accept(bringer.callClass(), contract, before.orElse(null), brought)
                .flatMap(state -> keep(
                        bringer,
                        contract,
                        before,
                        state,
                        state.equals(brought),
                        List.of(new StateChange.Full(brought))))
                .doOnNext(state -> before.ifPresent(old -> merged(contract, old, brought, state)));
    }

    private Mono<Changed> take(Bringer bringer, StoredContract held, List<StateChange> changes) {
        Contract contract = held.contract();
        Optional<State> whole = changes.get(0) instanceof StateChange.Full full && changes.size() == 1
                ? Optional.of(full.state())
                : Optional.empty();
        return changed(bringer.callClass(), contract, held.state(), changes, 0)
                .flatMap(state -> keep(
                        bringer,
                        contract,
                        Optional.of(held.state()),
                        state,
                        whole.filter(state::equals).isPresent(),
                        changes))
                .doOnNext(state -> whole.ifPresent(brought -> merged(contract, held.state(), brought, state)))
                .map(state -> new Changed(contract, held.digest(), state.digest(), state));
    }

    private Mono<State> changed(
            CallClass callClass, Contract contract, State state, List<StateChange> changes, int next) {
        return next == changes.size()
                ? Mono.just(state)
                : executor.change(callClass, contract, state, changes.get(next))
                        .flatMap(after -> changed(callClass, contract, after, changes, next + 1));
    }

    private void merged(Contract contract, State before, State brought, State after) {
        if (!before.equals(brought)) {
            laws.saw(contract, before, brought, after);
        }
    }

    /** @param same whether the bringer holds exactly this */
    private Mono<State> keep(
            Bringer bringer,
            Contract contract,
            Optional<State> before,
            State state,
            boolean same,
            List<StateChange> changes) {
        if (before.isEmpty()) {
            return commit(bringer, contract, state, same, List.of());
        } else if (before.get().equals(state)) {
            return unchanged(bringer, contract.id(), state, same);
        }
        if (!table.isShared(contract.id(), bringer)) {
            return commit(bringer, contract, state, same, changes);
        }
        // Others are told what was brought, or less if the contract knows how.
        return deltas.between(bringer.callClass(), contract, before.get(), state, changes)
                .flatMap(told -> commit(bringer, contract, state, same, told));
    }

    private Mono<State> unchanged(Bringer bringer, ContractInstanceId id, State state, boolean same) {
        return Mono.fromSupplier(() -> {
            table.unchanged(id, table.demand(id, bringer), bringer, same);
            return state;
        });
    }

    private Mono<State> commit(
            Bringer bringer, Contract contract, State state, boolean same, List<StateChange> changes) {
        StoredContract stored =
                new StoredContract(contract, state, state.digest(), time.now(), table.demand(contract.id(), bringer));
        Holding holding = Holding.of(stored);
        try {
            table.requireRoom(holding, bringer);
        } catch (NodeException noRoom) {
            return bringer.isFetch() ? Mono.just(state) : Mono.error(noRoom);
        }
        // Others are told after it and not before: a client whose change could not be kept is told that it failed.
        // The cache shields it: a commit goes on when nobody waits for it any more, and then the table must know.
        Mono<Void> commit = store.commit(stored)
                .doOnSuccess(done -> table.due().spreading().gather(() -> {
                    table.committed(holding, bringer, same, changes);
                    listeners.forEach(listener -> listener.accept(stored));
                }))
                .doOnTerminate(() -> commits.remove(contract.id()))
                .cache();
        return Mono.defer(() -> {
            commits.put(contract.id(), commit);
            return commit.thenReturn(state);
        });
    }

    private <T> Mono<T> inTurn(ContractInstanceId id, Mono<T> work) {
        Mono<Void> unfinished =
                Mono.defer(() -> commits.getOrDefault(id, Mono.empty())).onErrorComplete();
        return turns.inTurn(id, unfinished.then(work));
    }
}
