package dev.tributary.core.contract;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import reactor.core.publisher.Mono;

/**
 * Runs contract code of one kind. Methods compute and may take long: {@link ContractExecutor} calls them on its own
 * threads, several at once, and interrupts a call that was cancelled. The same arguments give the same result on every
 * node. Errors are {@link dev.tributary.core.error.ContractRejectedException} if the contract rejects its input,
 * {@link dev.tributary.core.error.ContractUnsupportedException} if the code cannot be run, and
 * {@link dev.tributary.core.error.ContractFailedException} if the call fails.
 */
public interface ContractRuntime {

    /** True if this runtime can run code of this kind. Cheap. */
    boolean supports(ContractCode code);

    /** Asks the contract whether the state is valid. */
    Verdict validate(Contract contract, State state);

    /**
     * Merges the change into the current state. Merging whole states is commutative, associative and idempotent; the
     * result equals {@code current} if the change adds nothing.
     */
    State merge(Contract contract, State current, StateChange change);

    /** Summarises the state: {@link #delta} computes from the summary the delta to another state. */
    StateSummary summarize(Contract contract, State state);

    /** Computes the delta from the summarised state to this one; zero bytes if nothing is missing. */
    StateDelta delta(Contract contract, State state, StateSummary summary);

    /** {@link #validate(Contract, State)} with the states of related contracts; the default ignores them. */
    default Verdict validate(Contract contract, State state, RelatedContracts related) {
        return validate(contract, state);
    }

    /** {@link #merge(Contract, State, StateChange)} with the states of related contracts; the default ignores them. */
    default MergeOutcome merge(Contract contract, State current, StateChange change, RelatedContracts related) {
        return new MergeOutcome.Merged(merge(contract, current, change));
    }

    /**
     * Prepares the code, for example by compiling it, and completes when it can be called. The work is done once for
     * each code, on the runtime's own threads, so that contract threads need not wait. Cancelling does not stop it,
     * since other calls may need the same code.
     */
    default Mono<Void> prepare(ContractCode code) {
        return Mono.empty();
    }

    /** As {@link #prepare(ContractCode)}; what a client waits for may come first. */
    default Mono<Void> prepare(ContractCode code, CallClass callClass) {
        return prepare(code);
    }

    /**
     * The runtime on which a broken law must be found again before it counts: this one, unless the machine may compute
     * wrongly with it, and a slower one does not have the fault.
     */
    default ContractRuntime forConfirmation() {
        return this;
    }

    /** Current use of memory by loaded code and running contracts. Cheap; callable from any thread. */
    default RuntimeUsage usage() {
        return RuntimeUsage.NONE;
    }
}
