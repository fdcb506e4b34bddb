package dev.tributary.core.operation;

import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.LawWatch;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import java.util.Optional;
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
    private final Turns<ContractInstanceId> turns = new Turns<>();

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
        this.table = new HostingTable(config, replicas, laws::mayBeSpread, self, time, random, timer);
    }

    /** Takes in what the store holds from an earlier life, without reading the states. Subscribe once, first of all. */
    public Mono<Void> restore() {
        return store.holdings().doOnNext(table::restore).then();
    }

    HostingTable table() {
        return table;
    }

    /** What is held of the contract, or empty. */
    Mono<StoredContract> find(ContractInstanceId id) {
        return Mono.defer(() -> table.holds(id) ? store.read(id) : Mono.empty());
    }

    /** Whether the copy that is held, if there is one, takes part in keeping in step with the others. */
    boolean fresh(ContractInstanceId id) {
        return table.fresh(id);
    }

    /** Notes that somebody was given the copy that is held. */
    void wanted(ContractInstanceId id) {
        table.wanted(id);
    }

    /** Notes that a neighbour has taken in this state, and what it holds now if it says so. */
    void told(PeerId neighbour, ContractInstanceId id, StateDigest state, @Nullable StateDigest held) {
        table.told(neighbour, id, state, held);
    }

    /** {@inheritDoc} Others that the contract asks for are looked up here and nowhere else. */
    @Override
    public Mono<State> store(Bringer bringer, Contract contract, State brought) {
        return turns.inTurn(
                contract.id(),
                find(contract.id())
                        .map(Optional::of)
                        .defaultIfEmpty(Optional.empty())
                        .flatMap(held -> take(bringer, contract, held, brought)));
    }

    /** Removes from the store what was given up, unless it has come back meanwhile; emits whether it had not. */
    Mono<Boolean> remove(ContractInstanceId id) {
        return turns.inTurn(
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
                .flatMap(state -> before.filter(state::equals).isPresent()
                        ? unchanged(bringer, contract.id(), state, brought)
                        : commit(bringer, contract, state, brought))
                .doOnNext(state -> before.filter(old -> !old.equals(brought))
                        .ifPresent(old -> laws.saw(contract, old, brought, state)));
    }

    private Mono<State> unchanged(Bringer bringer, ContractInstanceId id, State state, State brought) {
        return Mono.fromSupplier(() -> {
            table.unchanged(id, table.demand(id, bringer), bringer, state.equals(brought));
            return state;
        });
    }

    private Mono<State> commit(Bringer bringer, Contract contract, State state, State brought) {
        StoredContract stored =
                new StoredContract(contract, state, state.digest(), time.now(), table.demand(contract.id(), bringer));
        Holding holding = Holding.of(stored);
        try {
            table.requireRoom(holding, bringer);
        } catch (NodeException noRoom) {
            return bringer.isFetch() ? Mono.just(state) : Mono.error(noRoom);
        }
        // The cache shields it: a commit goes on when nobody waits for it any more, and then the table must know.
        return store.commit(stored)
                .doOnSuccess(done -> table.committed(holding, bringer, state.equals(brought)))
                .cache()
                .thenReturn(state);
    }
}
