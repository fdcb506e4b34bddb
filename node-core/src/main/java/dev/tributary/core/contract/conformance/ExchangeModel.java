package dev.tributary.core.contract.conformance;

import dev.tributary.core.value.State;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A model of two peers that compare their states: each sends its summary, and merges the delta that it receives; if no
 * delta changes anything, they send their whole states.
 */
final class ExchangeModel {

    /** Maximum number of rounds: two are common. */
    private static final int MAX_ROUNDS = 16;

    private final ContractCalls calls;
    private final StateComparison comparison;

    ExchangeModel(ContractCalls calls, StateComparison comparison) {
        this.calls = calls;
        this.comparison = comparison;
    }

    /** Held if the peers reach the same state. */
    LawCase judge(State first, State second) {
        Set<List<State>> seen = new HashSet<>();
        State a = first;
        State b = second;
        for (int round = 0; round < MAX_ROUNDS; round++) {
            if (StateComparison.sameBytes(a, b) && comparison.same(a, b)) {
                return LawCase.HELD;
            } else if (!seen.add(List.of(a, b))) {
                return LawCase.broken("the exchange of deltas returns to earlier states", a.bytes(), b.bytes());
            }
            State nextA = calls.apply(a, calls.delta(b, a));
            State nextB = calls.apply(b, calls.delta(a, b));
            if (nextA.equals(a) && nextB.equals(b)) {
                if (isMerged(a, b)) {
                    return LawCase.HELD;
                } else if (comparison.same(a, b)) {
                    return LawCase.broken(
                            "the deltas are empty, although merging changes the state", a.bytes(), b.bytes());
                }
                nextA = calls.merge(a, b);
                nextB = calls.merge(b, a);
                if (nextA.equals(a) && nextB.equals(b)) {
                    return LawCase.broken(
                            "each state absorbs the other, and they stay different", a.bytes(), b.bytes());
                }
            }
            a = nextA;
            b = nextB;
        }
        return LawCase.inconclusive("the exchange does not end within " + MAX_ROUNDS + " rounds");
    }

    /** Whether the contract sees no difference, and merging changes at most the order of bytes. */
    private boolean isMerged(State a, State b) {
        return comparison.same(a, b)
                && StateComparison.sameBytes(calls.merge(a, b), a)
                && StateComparison.sameBytes(calls.merge(b, a), b);
    }
}
