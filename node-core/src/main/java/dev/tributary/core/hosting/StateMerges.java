package dev.tributary.core.hosting;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.conformance.MergeLawMonitor;
import dev.tributary.core.error.ContractUnsupportedException;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/**
 * Merges states and changes into the current state of a contract, commits the result, and reports what was merged. At
 * most one merge of a contract may run at a time.
 */
final class StateMerges {

    private final ContractExecutor executor;
    private final MergeLawMonitor conformanceMonitor;
    private final StateCommits commits;
    private volatile Consumer<PeerId> costlyCodeListener = peer -> {};

    StateMerges(ContractExecutor executor, MergeLawMonitor conformanceMonitor, StateCommits commits) {
        this.executor = executor;
        this.conformanceMonitor = conformanceMonitor;
        this.commits = commits;
    }

    /** Calls the listener with each neighbour that brings code which costs more than any node allows. */
    void onCostlyCode(Consumer<PeerId> listener) {
        costlyCodeListener = listener;
    }

    /** Merges the state into the current one if there is one, and emits the result after its commit. */
    Mono<State> merge(StateOrigin origin, Contract contract, Optional<StoredContract> current, State incoming) {
        Optional<State> before = current.map(StoredContract::state);
        return executor.accept(origin.callClass(), contract, before.orElse(null), incoming)
                .doOnError(ContractUnsupportedException.class, refused -> reportCostlyCode(origin, refused))
                .flatMap(state -> commits.commitIfChanged(
                        origin,
                        contract,
                        before,
                        state,
                        state.equals(incoming),
                        List.of(new StateChange.Full(incoming))))
                .doOnNext(state -> before.ifPresent(old -> reportMerge(origin, contract, old, incoming, state)));
    }

    /** Applies the changes in order to the current state, and emits the result after its commit. */
    Mono<ChangeResult> merge(StateOrigin origin, StoredContract current, List<StateChange> changes) {
        Contract contract = current.contract();
        Optional<State> fullState = changes.get(0) instanceof StateChange.Full full && changes.size() == 1
                ? Optional.of(full.state())
                : Optional.empty();
        return applyAll(origin.callClass(), contract, current.state(), changes, 0)
                .flatMap(state -> commits.commitIfChanged(
                        origin,
                        contract,
                        Optional.of(current.state()),
                        state,
                        fullState.filter(state::equals).isPresent(),
                        changes))
                .doOnNext(state -> fullState.ifPresent(
                        incoming -> reportMerge(origin, contract, current.state(), incoming, state)))
                .map(state -> new ChangeResult(contract, current.digest(), state.digest(), state));
    }

    private Mono<State> applyAll(
            CallClass callClass, Contract contract, State state, List<StateChange> changes, int index) {
        return index == changes.size()
                ? Mono.just(state)
                : executor.change(callClass, contract, state, changes.get(index))
                        .flatMap(after -> applyAll(callClass, contract, after, changes, index + 1));
    }

    private void reportMerge(StateOrigin origin, Contract contract, State before, State incoming, State after) {
        if (!before.equals(incoming)) {
            conformanceMonitor.observed(contract, before, incoming, after, Optional.ofNullable(origin.neighbour()));
        }
    }

    private void reportCostlyCode(StateOrigin origin, ContractUnsupportedException refused) {
        PeerId neighbour = origin.neighbour();
        if (neighbour != null
                && refused.excess().filter(excess -> !excess.isLocal()).isPresent()) {
            costlyCodeListener.accept(neighbour);
        }
    }
}
