package dev.tributary.core.hosting;

import dev.tributary.core.error.NodeException;
import dev.tributary.core.error.StorageException;
import dev.tributary.core.storage.ContractStore;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/**
 * Commits states to the store if the hosting budget has room for them; then calls the listeners and sends the updates
 * that are due to peers. At most one commit of a contract may run at a time.
 */
final class StateCommits {

    /** Interval between two looks at a store that has not answered a commit. */
    private static final Duration STANDSTILL_CHECK = Duration.ofSeconds(1);

    private final ContractStore store;
    private final HostingTable table;
    private final DeltaEncoder deltaEncoder;
    private final TimeSource time;

    /** Commits in progress. A commit outlives the cancellation of its caller, so the next change waits for it. */
    private final Map<ContractInstanceId, Mono<Void>> commits = new ConcurrentHashMap<>();

    private final List<Consumer<StoredContract>> listeners = new CopyOnWriteArrayList<>();

    private final List<Consumer<StoredContract>> unstoredListeners = new CopyOnWriteArrayList<>();

    private volatile UpdateSender updateSender = this::enqueueUpdates;

    StateCommits(ContractStore store, HostingTable table, DeltaEncoder deltaEncoder, TimeSource time) {
        this.store = store;
        this.table = table;
        this.deltaEncoder = deltaEncoder;
        this.time = time;
    }

    /** Calls the listener after every commit, in commit order for each contract. The listener must not block. */
    void onCommit(Consumer<StoredContract> listener) {
        listeners.add(listener);
    }

    /**
     * Calls the listener with each state that a change of other nodes leads to and that this node cannot keep. The
     * listener must not block.
     */
    void onUnstored(Consumer<StoredContract> listener) {
        unstoredListeners.add(listener);
    }

    /** Sends the updates of each commit with this sender, as part of the commit. */
    void startSending(UpdateSender sender) {
        updateSender = sender;
    }

    /** Only queues the updates of each commit. */
    void stopSending() {
        updateSender = this::enqueueUpdates;
    }

    /** Completes once the commit of the contract that is in progress has ended, if there is one; never errors. */
    Mono<Void> unfinished(ContractInstanceId id) {
        return Mono.defer(() -> commits.getOrDefault(id, Mono.empty())).onErrorComplete();
    }

    /**
     * Commits the state that a merge led to, if it differs from the one before, and emits it. A fetch emits it even if
     * this node cannot keep it.
     *
     * @param same whether the sender holds exactly this state
     * @param changes the received changes, of which the broadcast is made
     */
    Mono<State> commitIfChanged(
            StateOrigin origin,
            Contract contract,
            Optional<State> before,
            State state,
            boolean same,
            List<StateChange> changes) {
        if (before.isEmpty()) {
            return commit(origin, contract, state, same, List.of());
        } else if (before.get().equals(state)) {
            return unchanged(origin, contract.id(), state, same);
        }
        if (!table.hasOtherPeers(contract.id(), origin)) {
            return commit(origin, contract, state, same, changes);
        }
        // Broadcasts the received changes, or a smaller delta if the contract can compute one.
        return deltaEncoder
                .changesBetween(origin.callClass(), contract, before.get(), state, changes)
                .flatMap(broadcast -> commit(origin, contract, state, same, broadcast));
    }

    private Mono<State> unchanged(StateOrigin origin, ContractInstanceId id, State state, boolean same) {
        return Mono.fromSupplier(() -> {
            table.recordUnchanged(id, table.demandTracker().demandAfter(id, origin), origin, same);
            return state;
        });
    }

    private Mono<State> commit(
            StateOrigin origin, Contract contract, State state, boolean same, List<StateChange> changes) {
        StoredContract stored = new StoredContract(
                contract,
                state,
                state.digest(),
                time.now(),
                table.demandTracker().demandAfter(contract.id(), origin));
        StoreEntry holding = StoreEntry.of(stored);
        try {
            table.requireRoom(holding, origin);
        } catch (NodeException noRoom) {
            reportUnstored(origin, stored);
            return origin.isFetch() ? Mono.just(state) : Mono.error(noRoom);
        }
        return commit(stored, holding, origin, same, changes)
                .doOnError(StorageException.class, failure -> reportUnstored(origin, stored))
                // The caller of a fetch gets the state even if this node cannot keep it.
                .onErrorResume(
                        StorageException.class, failure -> origin.isFetch() ? Mono.just(state) : Mono.error(failure));
    }

    /** What is replicated is held by other nodes; a request to store a state fails, and perhaps no node has it. */
    private void reportUnstored(StateOrigin origin, StoredContract stored) {
        if (!origin.isDemand()) {
            unstoredListeners.forEach(listener -> listener.accept(stored));
        }
    }

    private Mono<State> commit(
            StoredContract stored, StoreEntry holding, StateOrigin origin, boolean same, List<StateChange> changes) {
        ContractInstanceId id = stored.contract().id();
        // Broadcast only after the commit: if the commit fails, the client gets an error and no peer gets the change.
        // cache() makes the commit survive cancellation, so that the table always learns about it.
        Mono<Void> commit = store.commit(stored)
                .then(Mono.defer(() -> {
                    List<PeerId> due = table.recordCommit(holding, origin, same, changes);
                    listeners.forEach(listener -> listener.accept(stored));
                    return updateSender.send(stored, due);
                }))
                .doOnTerminate(() -> commits.remove(id))
                .cache();
        return Mono.defer(() -> {
            commits.put(id, commit);
            return Mono.firstWithSignal(commit, whenStoreStandsStill()).thenReturn(stored.state());
        });
    }

    /**
     * Errors when the store refuses commits while one is under way: its disk stands still. So the caller can pass the
     * change on; the commit goes on, and counts when it ends.
     */
    private Mono<Void> whenStoreStandsStill() {
        return Mono.delay(STANDSTILL_CHECK, table.timer())
                .filter(late -> !store.health().isWritable())
                .repeatWhenEmpty(checks -> checks)
                .then(Mono.error(() -> new StorageException(
                        "the store has not answered a commit: " + store.health().refusal())));
    }

    /** Commits an earlier state again; then the replicas are compared. */
    Mono<Void> restore(StoredContract before) {
        return store.commit(before).doOnSuccess(done -> {
            table.recordRestored(StoreEntry.of(before));
            listeners.forEach(listener -> listener.accept(before));
        });
    }

    private Mono<Void> enqueueUpdates(StoredContract committed, List<PeerId> due) {
        return Mono.fromRunnable(
                () -> table.scheduler().enqueueUpdates(committed.contract().id(), due));
    }
}
