package dev.tributary.core.contract.conformance;

import dev.tributary.core.contract.ContractRuntime;
import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import java.util.List;

/**
 * Judges a merge that a node made: merging the same state once more must change nothing, or heal. This is the only law
 * that a running node judges, since all others can be broken on purpose by choosing inputs, or rest on how results were
 * observed.
 */
final class Reapplication {

    private final ContractCalls calls;
    private final Healing healing;

    private Reapplication(ContractCalls calls) {
        this.calls = calls;
        StateComparison comparison = new StateComparison(calls);
        this.healing = new Healing(calls, (a, b) -> StateComparison.sameBytes(a, b) || comparison.same(a, b));
    }

    /**
     * Judges the merge, twice if it breaks the law. Inconclusive if the contract does not repeat the merge, or if the
     * incoming state is not valid on its own.
     *
     * @param merged the contract's result of merging {@code incoming} into {@code held}
     * @throws dev.tributary.core.error.NodeException if the contract cannot be run on these states
     */
    static LawCase judge(ContractRuntime runtime, Contract contract, State held, State incoming, State merged) {
        ContractCalls calls = new ContractCalls(runtime, contract, maxBytes());
        LawCase first = new Reapplication(calls).judge(held, incoming, merged);
        if (!first.isBroken()) {
            return first;
        }
        ContractCalls confirming = new ContractCalls(runtime.forConfirmation(), contract, maxBytes());
        LawCase second = new Reapplication(confirming).judge(held, incoming, merged);
        return second.isRepeatedBy(first) ? first : LawCase.inconclusive("a second run gave other results");
    }

    /** One of two, since results of the first judgement may still be reachable when it is confirmed. */
    private static long maxBytes() {
        return MemoryPlan.ofThisProcess().bytes(MemoryUse.CHECK_RESULTS) / 2;
    }

    private LawCase judge(State held, State incoming, State merged) {
        try {
            State repeated = calls.merge(held, incoming);
            if (!StateComparison.sameBytes(repeated, merged)) {
                return LawCase.inconclusive("the same merge gave another result");
            }
            State again = calls.merge(repeated, incoming);
            if (StateComparison.sameBytes(again, repeated)) {
                return LawCase.HELD;
            }
            return calls.isValid(incoming)
                    ? healing.judge(again, repeated, List.of(held, incoming))
                    : LawCase.inconclusive("the incoming state is not valid on its own");
        } catch (ContractRejectedException rejected) {
            return LawCase.inconclusive("it rejects its own states: " + rejected.reason());
        }
    }
}
