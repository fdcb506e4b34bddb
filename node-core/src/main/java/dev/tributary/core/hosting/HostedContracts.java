package dev.tributary.core.hosting;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.conformance.MergeLawMonitor;
import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.HostingBudgetException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.hosting.replica.Freshness;
import dev.tributary.core.request.KeyedMutex;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoreListing;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.StateSummary;
import dev.tributary.core.value.TimeSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The contracts that this node hosts. Incoming states and changes are validated, merged and committed if the hosting
 * budget has room; changes of the same contract run one after the other.
 */
public final class HostedContracts implements StateReceiver {

    private final ContractStore store;
    private final ContractExecutor executor;
    private final MergeLawMonitor conformanceMonitor;
    private final HostingTable table;
    private final CopyReader copies;
    private final StateCommits commits;
    private final StateMerges merges;
    private final DeltaEncoder deltaEncoder;
    private final KeyedMutex<ContractInstanceId> contractMutex = new KeyedMutex<>();

    /**
     * Hosts the contracts of a store.
     *
     * @param conformanceMonitor observes merges and decides which contracts may be broadcast
     * @param table the contracts in the store, after {@link #restore}
     */
    public HostedContracts(
            ContractStore store,
            ContractExecutor executor,
            MergeLawMonitor conformanceMonitor,
            HostingTable table,
            TimeSource time) {
        this.store = store;
        this.executor = executor;
        this.conformanceMonitor = conformanceMonitor;
        this.table = table;
        this.copies = new CopyReader(store, table);
        this.deltaEncoder = new DeltaEncoder(executor, time);
        this.commits = new StateCommits(store, table, deltaEncoder, time);
        this.merges = new StateMerges(executor, conformanceMonitor, commits);
    }

    /**
     * Loads the index of the store, without the states; what is most in demand comes first, and is compared first.
     * Subscribe once, before any other call.
     */
    public Mono<Void> restore() {
        return store.listing()
                .doOnNext(CopyReader::logUnreadable)
                .flatMapIterable(StoreListing::entries)
                .sort(Comparator.comparingDouble(
                        (StoreEntry entry) -> -entry.demand().score()))
                .doOnNext(table::restore)
                .thenMany(store.damaged())
                .doOnNext(damaged -> copies.markDamaged(damaged, null))
                .then();
    }

    public HostingTable table() {
        return table;
    }

    DeltaEncoder deltaEncoder() {
        return deltaEncoder;
    }

    /** Calls the listener after every commit, in commit order for each contract. The listener must not block. */
    public void onCommit(Consumer<StoredContract> listener) {
        commits.onCommit(listener);
    }

    /**
     * Calls the listener with each state that a change of other nodes leads to and that this node cannot keep. The
     * listener must not block.
     */
    public void onUnstored(Consumer<StoredContract> listener) {
        commits.onUnstored(listener);
    }

    /**
     * Calls the listener with each neighbour that brings code which costs more than any node allows, once for each
     * state that it brings. The listener must not block.
     */
    public void onCostlyCode(Consumer<PeerId> listener) {
        merges.onCostlyCode(listener);
    }

    /** Sends the updates of each commit with this sender, as part of the commit. */
    void startSending(UpdateSender sender) {
        commits.startSending(sender);
    }

    /** Only queues the updates of each commit. */
    void stopSending() {
        commits.stopSending();
    }

    /**
     * The stored contract, or empty if this node does not host it. A copy that cannot be read counts as not hosted, and
     * is reported to {@link HostingTable#damaged()}.
     */
    public Mono<StoredContract> find(ContractInstanceId id) {
        return copies.find(id);
    }

    /**
     * Writes the copy of a contract that is known to be damaged anew if it can be read, as when its code is in a cache.
     * Emits whether this node now holds the contract.
     */
    public Mono<Boolean> rewriteDamaged(ContractInstanceId id) {
        return exclusively(id, copies.rewriteDamaged(id));
    }

    /**
     * Reads the copy past all caches, and emits the number of bytes; a copy that cannot be read is reported to
     * {@link HostingTable#damaged()}. Empty if the contract is not hosted.
     */
    public Mono<Long> verify(ContractInstanceId id, boolean withCode) {
        return copies.verify(id, withCode);
    }

    /** The contracts that this node holds, from memory. */
    public List<ContractInstanceId> ids() {
        return table.ids();
    }

    /** The store of the contracts. */
    public ContractStore contractStore() {
        return store;
    }

    /** Errors with the defect if this node's copy of the contract is damaged, else completes empty. */
    public <T> Mono<T> requireUndamaged(ContractInstanceId id) {
        return Mono.defer(() -> Mono.justOrEmpty(table.damaged().failure(id)).flatMap(Mono::error));
    }

    /** The size of the contract's state, parameters and code in bytes, without reading them; 0 if it is not hosted. */
    public long sizeOf(ContractInstanceId id) {
        return table.sizeOf(id);
    }

    /** The contract's own summary of a state. */
    public Mono<StateSummary> summarize(CallClass callClass, Contract contract, State state) {
        return executor.summarize(callClass, contract, state);
    }

    /** Whether the state is valid by itself, whatever this node holds; false if the contract cannot tell. */
    public Mono<Boolean> isValid(CallClass callClass, Contract contract, State state) {
        return executor.accept(callClass, contract, null, state)
                .thenReturn(true)
                .onErrorResume(NodeException.class, invalid -> Mono.just(false));
    }

    /** Whether this node holds a replica that is not stale. */
    public boolean isFresh(ContractInstanceId id) {
        return freshness(id) == Freshness.CONFIRMED;
    }

    /** How sure it is that no other host holds a newer state of this contract. */
    public Freshness freshness(ContractInstanceId id) {
        return table.freshness().of(id);
    }

    /** Counts an answer to a client that no other host has confirmed. */
    public void recordUnconfirmedAnswer() {
        table.freshness().recordUnconfirmedAnswer();
    }

    /** Records that the local replica answered a request. */
    public void recordRequest(ContractInstanceId id) {
        table.recordRequest(id);
    }

    /** Whether the demand has risen so much since it was stored that it should be stored again; true once. */
    public boolean takeOutdatedDemand(ContractInstanceId id) {
        return table.demandTracker().takeOutdated(id);
    }

    /** Stores the demand with the contract, so that requests count after a restart too. Emits the key. */
    public Mono<ContractKey> storeDemand(ContractInstanceId id) {
        return exclusively(
                id,
                find(id).flatMap(stored -> store.commit(withDemand(stored, demandOf(stored)))
                        .thenReturn(stored.contract().key())));
    }

    private Demand demandOf(StoredContract stored) {
        return table.demandOf(stored.contract().id()).orElse(stored.demand());
    }

    private static StoredContract withDemand(StoredContract stored, Demand demand) {
        return new StoredContract(stored.contract(), stored.state(), stored.digest(), stored.changed(), demand);
    }

    /** Records whether clients of this node subscribe to the contract; a subscribed replica is kept in sync. */
    public void setSubscribed(ContractInstanceId id, boolean isSubscribed) {
        table.demandTracker().setSubscribed(id, isSubscribed);
    }

    /** Records that a neighbour merged this state, and the digest that it holds now, or null if it reported none. */
    public void recordDelivered(
            PeerId neighbour, ContractInstanceId id, StateDigest state, @Nullable StateDigest current) {
        table.replicaTracker().recordDelivered(neighbour, id, state, current);
    }

    /** Records that a neighbour merged a state that this node cannot store: a replica of this node is old now. */
    public void recordDeliveredOnly(PeerId neighbour, ContractInstanceId id) {
        table.replicaTracker().recordUnstorable(neighbour, id);
    }

    /** {@inheritDoc} Related contracts that the contract asks for are looked up on this node only. */
    @Override
    public Mono<State> store(StateOrigin origin, Contract contract, State incoming) {
        return exclusively(
                contract.id(),
                find(contract.id())
                        .map(Optional::of)
                        .defaultIfEmpty(Optional.empty())
                        .flatMap(current -> merges.merge(origin, contract, current, incoming))
                        // The caller of a fetch gets the valid state even if the store cannot be read now.
                        .onErrorResume(
                                StorageException.class,
                                failure -> origin.isFetch()
                                        ? executor.accept(origin.callClass(), contract, null, incoming)
                                        : Mono.error(failure)));
    }

    /** {@inheritDoc} Related contracts that the contract asks for are looked up on this node only. */
    @Override
    public Mono<ChangeResult> change(StateOrigin origin, ContractInstanceId id, List<StateChange> changes) {
        // Without the mutex and the state: a contract that rests is sent changes all the same.
        return Mono.defer(() -> origin.isClient() || !executor.isResting(id)
                ? exclusively(id, find(id).flatMap(current -> merges.merge(origin, current, changes)))
                : Mono.justOrEmpty(table.keyOf(id)).flatMap(key -> Mono.error(restingError(key))));
    }

    /** Whether the contract rests after a call over its limits: only this node's clients may call it. */
    boolean isResting(ContractInstanceId id) {
        return executor.isResting(id);
    }

    private static NodeException restingError(ContractKey key) {
        return new ContractFailedException(
                key, "a call", ContractFailedException.Failure.RESTING, "it rests after a call over its limits");
    }

    @Override
    public Mono<State> apply(CallClass callClass, Contract contract, State state, StateChange change) {
        return executor.change(callClass, contract, state, change);
    }

    /** The digest of the contract's state, without reading it; empty if this node does not host it. */
    public Optional<StateDigest> digestOf(ContractInstanceId id) {
        return table.digestOf(id);
    }

    /**
     * Takes back a state that was stored here and that other hosts refused, unless it has changed since: restores the
     * one before, or removes the contract. Then the replicas are compared.
     */
    public Mono<Void> takeBack(ContractInstanceId id, StateDigest refused, Optional<StoredContract> before) {
        return exclusively(
                id,
                Mono.defer(() -> table.digestOf(id).filter(refused::equals).isEmpty()
                        ? Mono.empty()
                        : before.map(commits::restore)
                                .orElseGet(() -> store.remove(id).doOnSuccess(done -> forget(id)))));
    }

    /** The error that reports that a found contract could not be stored on this node. */
    public NodeException noRoomError(Contract contract, State state) {
        String refusal = store.health().refusal();
        if (refusal != null) {
            return new StorageException("this node cannot store contract " + contract.id() + " now: " + refusal);
        }
        long size = (long) contract.bytes() + state.size();
        return new HostingBudgetException(contract.id(), size, table.config().bytes());
    }

    /**
     * Pins or unpins a contract, and stores that. Emits the key; empty if this node does not host the contract. A
     * pinned contract is never evicted, and kept in sync.
     */
    public Mono<ContractKey> setPinned(ContractInstanceId id, boolean pinned) {
        return exclusively(id, find(id).flatMap(stored -> setPinned(stored, pinned)));
    }

    private Mono<ContractKey> setPinned(StoredContract stored, boolean pinned) {
        ContractKey key = stored.contract().key();
        return store.commit(withDemand(stored, demandOf(stored).withPin(pinned)))
                .doOnSuccess(done -> table.demandTracker().recordPin(key.id(), pinned))
                .thenReturn(key);
    }

    /**
     * Removes a contract from this node, also one whose copy is damaged. Emits whether this node stored it. Other nodes
     * keep theirs, and may bring it back.
     */
    public Mono<Boolean> drop(ContractInstanceId id) {
        return exclusively(id, Mono.defer(() -> {
            boolean isStored = table.holds(id) || table.damaged().contains(id);
            return isStored ? store.remove(id).doOnSuccess(done -> forget(id)).thenReturn(true) : Mono.just(false);
        }));
    }

    private void forget(ContractInstanceId id) {
        table.discard(id);
        table.damaged().forget(id);
    }

    /** Deletes an evicted contract from the store; emits false if the contract was hosted again meanwhile. */
    Mono<Boolean> remove(ContractInstanceId id) {
        return exclusively(
                id,
                Mono.defer(() -> table.evictions().contains(id)
                        ? store.remove(id)
                                .doOnSuccess(done -> table.evictions().remove(id))
                                .thenReturn(true)
                        : Mono.just(false)));
    }

    /** A snapshot of the hosting counters. */
    public HostingStatus status() {
        return table.status();
    }

    /** The monitor that observes merges and decides which contracts may be broadcast. */
    public MergeLawMonitor conformanceMonitor() {
        return conformanceMonitor;
    }

    /** Number of contracts with a change in progress. */
    public int changesInProgress() {
        return contractMutex.activeKeys();
    }

    /** Runs the work after all other changes of the contract, of which a commit may outlive its caller. */
    private <T> Mono<T> exclusively(ContractInstanceId id, Mono<T> work) {
        return contractMutex.runExclusively(id, commits.unfinished(id).then(work));
    }
}
