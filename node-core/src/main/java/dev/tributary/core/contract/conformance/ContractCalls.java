package dev.tributary.core.contract.conformance;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.contract.Verdict;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDelta;
import dev.tributary.core.value.StateSummary;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Calls of one contract. Each result is remembered, failures too, so that the laws share calls: no merge of the same two
 * states runs twice. Errors other than a rejection reach the caller.
 */
final class ContractCalls {

    /** Maximum number of remembered results. */
    private static final int MAX_RESULTS = 65_536;

    private final ContractRuntime runtime;
    private final Contract contract;
    private final long maxBytes;
    private final BoundedMap<Call, CallResult> results;
    private long count;

    /** The functions of a contract. */
    private enum Function {
        VALIDATE,
        MERGE,
        APPLY,
        SUMMARIZE,
        DELTA
    }

    /** A function and its arguments. */
    private record Call(Function function, Object first, Object second) {}

    /** @param maxBytes maximum size of the remembered results, in bytes */
    ContractCalls(ContractRuntime runtime, Contract contract, long maxBytes) {
        this.runtime = runtime;
        this.contract = contract;
        this.maxBytes = maxBytes;
        this.results = BoundedMap.leastRecentlyUsed(MAX_RESULTS, maxBytes, CallResult::weight);
    }

    /** The same contract, with nothing remembered. */
    ContractCalls fresh() {
        return new ContractCalls(runtime, contract, maxBytes);
    }

    /** Number of calls so far, remembered results not included. */
    long count() {
        return count;
    }

    /** Whether the contract accepts the state; a rejection by an error is an invalid verdict too. */
    Verdict verdict(State state) {
        return remembered(Function.VALIDATE, state, state, () -> {
            try {
                return runtime.validate(contract, state);
            } catch (ContractRejectedException rejected) {
                return Verdict.invalid(rejected.reason());
            }
        });
    }

    boolean isValid(State state) {
        return verdict(state) instanceof Verdict.Valid;
    }

    /** Merges the other state into the current one. If the contract rejects it, the current one stays, as on a node. */
    State merge(State current, State other) {
        return tryMerge(current, other).orElse(current);
    }

    /** {@link #merge}; empty if the contract rejects the other state. */
    Optional<State> tryMerge(State current, State other) {
        return remembered(
                Function.MERGE, current, other, () -> accepted(() -> change(current, new StateChange.Full(other))));
    }

    /** Applies the delta. If it is empty or the contract rejects it, the current state stays. */
    State apply(State current, StateDelta delta) {
        return delta.size() == 0
                ? current
                : remembered(
                                Function.APPLY,
                                current,
                                delta,
                                () -> accepted(() -> change(current, new StateChange.Delta(delta))))
                        .orElse(current);
    }

    StateSummary summary(State state) {
        return remembered(Function.SUMMARIZE, state, state, () -> runtime.summarize(contract, state));
    }

    /** What the other state lacks of this one. */
    StateDelta delta(State state, State other) {
        return delta(state, summary(other));
    }

    /** What the summarised state lacks of this one. */
    StateDelta delta(State state, StateSummary summary) {
        return remembered(Function.DELTA, state, summary, () -> runtime.delta(contract, state, summary));
    }

    private State change(State current, StateChange change) {
        return runtime.merge(contract, current, change);
    }

    private static Optional<State> accepted(Supplier<State> merge) {
        try {
            return Optional.of(merge.get());
        } catch (ContractRejectedException rejected) {
            return Optional.empty();
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // a function always has results of the same type
    private <T> T remembered(Function function, Object first, Object second, Supplier<T> call) {
        Call key = new Call(function, first, second);
        CallResult known = results.get(key);
        if (known == null) {
            count++;
            known = run(call);
            results.put(key, known);
        }
        if (known.failure() != null) {
            throw known.failure();
        }
        return (T) known.value();
    }

    private static <T> CallResult run(Supplier<T> call) {
        try {
            return new CallResult(call.get(), null);
        } catch (NodeException failed) {
            return new CallResult(null, failed);
        }
    }
}
