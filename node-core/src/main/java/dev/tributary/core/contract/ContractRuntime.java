package dev.tributary.core.contract;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractCode;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;

/**
 * Runs the code of contracts of one kind. Methods compute and may take long: {@link ContractExecutor} calls them on its
 * own threads, several at once, and interrupts a call that is no longer wanted. The same arguments give the same answer
 * on every node. Errors are {@link dev.tributary.core.error.ContractRejectedException} where the contract says no, and
 * {@link dev.tributary.core.error.ContractUnsupportedException} where its code cannot be run.
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
}
