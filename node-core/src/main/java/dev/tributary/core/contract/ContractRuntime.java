package dev.tributary.core.contract;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import reactor.core.publisher.Mono;

/**
 * Runs the code of contracts of one kind. Methods compute and may take long: {@link ContractExecutor} calls them on its
 * own threads, several at once, and interrupts a call that is no longer wanted. The same arguments give the same answer
 * on every node. Errors are {@link dev.tributary.core.error.ContractRejectedException} where the contract says no,
 * {@link dev.tributary.core.error.ContractUnsupportedException} where its code cannot be run, and
 * {@link dev.tributary.core.error.ContractFailedException} where it broke off.
 */
public interface ContractRuntime {

    /** Whether this runtime is the one for the code. Cheap. */
    boolean supports(ContractCode code);

    /** Whether the state is valid for the contract. */
    Verdict validate(Contract contract, State state);

    /**
     * The current state with the change taken in. Merging whole states is commutative, associative and idempotent; the
     * answer equals {@code current} when the change brings nothing new.
     */
    State merge(Contract contract, State current, StateChange change);

    /** A digest of the state, from which {@link #delta} computes what its holder is missing. */
    StateSummary summarize(Contract contract, State state);

    /** What the holder of the summarised state is missing of this one; zero bytes if nothing. */
    StateDelta delta(Contract contract, State state, StateSummary summary);

    /** {@link #validate(Contract, State)} for contracts that may ask for others; a runtime of contracts that never do leaves it. */
    default Verdict validate(Contract contract, State state, RelatedContracts related) {
        return validate(contract, state);
    }

    /** {@link #merge(Contract, State, StateChange)} for contracts that may ask for others. */
    default MergeOutcome merge(Contract contract, State current, StateChange change, RelatedContracts related) {
        return new MergeOutcome.Merged(merge(contract, current, change));
    }

    /**
     * Completes when the code is ready to be called: what takes long once for each code is done on threads of the
     * runtime's own, so that the contracts' threads need not wait for it. Cancelling does not stop it, others may want it.
     */
    default Mono<Void> prepare(ContractCode code) {
        return Mono.empty();
    }

    /** What it keeps, and what its contracts have of memory. Cheap; from any thread. */
    default RuntimeUsage usage() {
        return RuntimeUsage.NONE;
    }
}
