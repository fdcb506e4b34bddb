package dev.tributary.core.contract.conformance;

import dev.tributary.core.error.ContractRejectedException;
import dev.tributary.core.error.NodeException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;
import java.util.List;

/** Judges single cases of the laws. A call that fails makes a case inconclusive, since it proves nothing. */
final class LawJudge {

    /** States of at most this many bytes may be as small as an encoding of nothing. */
    private static final int TINY = 64;

    /** Maximum number of further rounds of deltas that a coarse summary may need. */
    private static final int FURTHER_ROUNDS = 3;

    private final ContractCalls calls;
    private final StateComparison comparison;
    private final Healing healing;

    LawJudge(ContractCalls calls) {
        this.calls = calls;
        this.comparison = new StateComparison(calls);
        this.healing = new Healing(calls, comparison::same);
    }

    /** Judges the law with one to three states, as many as it speaks of. */
    LawCase judge(MergeLaw law, List<State> states) {
        try {
            State a = states.get(0);
            State b = states.get(states.size() > 1 ? 1 : 0);
            State c = states.get(states.size() - 1);
            return judge(law, a, b, c);
        } catch (ContractRejectedException rejected) {
            return LawCase.broken("it rejects its own valid states: " + rejected.reason());
        } catch (NodeException failed) {
            return LawCase.inconclusive(String.valueOf(failed.getMessage()));
        }
    }

    private LawCase judge(MergeLaw law, State a, State b, State c) {
        return switch (law) {
            case MERGE_KEEPS_VALID -> keepsValid(calls.merge(a, b));
            case MERGE_IS_IDEMPOTENT -> same(calls.merge(a, a), a);
            case MERGE_IS_COMMUTATIVE -> same(calls.merge(a, b), calls.merge(b, a));
            case MERGE_HEALS -> heals(a, b, c);
            case MERGE_IS_STABLE ->
                stable(calls.merge(a, b).bytes(), calls.fresh().merge(a, b).bytes());
            case SUMMARY_IS_STABLE ->
                stable(calls.summary(a).bytes(), calls.fresh().summary(a).bytes());
            case DELTA_IS_STABLE ->
                stable(
                        calls.delta(a, b).bytes(),
                        calls.fresh().delta(a, calls.summary(b)).bytes());
            case DELTA_IS_SMALLER_THAN_STATE -> smaller(calls.delta(a, a), a);
            case EXCHANGE_CONVERGES -> new ExchangeModel(calls, comparison).judge(a, b);
            case DELTA_IS_EMPTY_WHEN_UP_TO_DATE -> empty(calls.delta(a, a));
            case DELTA_BRINGS_EVERYTHING -> bringsEverything(a, b);
            case DELTA_TWICE_IS_ONCE -> twice(a, b, calls.delta(a, b));
            case DELTAS_COMMUTE -> deltasCommute(a, b, c);
            case STATE_ABSORBS_ITS_BASE -> same(calls.merge(a, b), settled(b));
        };
    }

    private LawCase same(State a, State b) {
        return LawCase.equal(comparison.same(a, b), a, b);
    }

    private LawCase keepsValid(State merged) {
        return calls.isValid(merged) ? LawCase.HELD : LawCase.broken("the merged state is invalid", merged.bytes());
    }

    private LawCase heals(State a, State b, State c) {
        State left = calls.merge(calls.merge(a, b), c);
        State right = calls.merge(a, calls.merge(b, c));
        return healing.judge(left, right, List.of(a, b, c));
    }

    private static LawCase stable(Bytes first, Bytes second) {
        return first.equals(second)
                ? LawCase.HELD
                : LawCase.broken("two equal calls have different results", first, second);
    }

    private static LawCase empty(StateDelta delta) {
        return delta.size() == 0
                ? LawCase.HELD
                : LawCase.broken("the delta is not empty, although nothing is missing", delta.bytes());
    }

    private static LawCase smaller(StateDelta delta, State state) {
        if (state.size() <= TINY) {
            return LawCase.NONE;
        }
        return delta.size() < state.size()
                ? LawCase.HELD
                : LawCase.broken("the delta is as large as the state, although nothing is missing", delta.bytes());
    }

    private LawCase bringsEverything(State from, State to) {
        State wanted = calls.merge(to, from);
        State reached = calls.apply(to, calls.delta(from, to));
        if (reached.equals(to)) {
            return LawCase.equal(StateComparison.sameBytes(to, wanted), to, wanted);
        }
        State first = reached;
        for (int round = 0; round < FURTHER_ROUNDS && !comparison.same(reached, wanted); round++) {
            reached = calls.apply(reached, calls.delta(from, reached));
        }
        boolean repaired = comparison.same(reached, wanted)
                || comparison.same(calls.merge(first, from), wanted)
                || comparison.same(calls.merge(first, from), calls.merge(wanted, from));
        return LawCase.equal(repaired, first, wanted);
    }

    private LawCase twice(State from, State state, StateDelta delta) {
        if (delta.size() == 0) {
            return LawCase.NONE;
        }
        State once = calls.apply(state, delta);
        return healing.judge(calls.apply(once, delta), once, List.of(state, from));
    }

    private LawCase deltasCommute(State base, State a, State b) {
        StateDelta first = calls.delta(a, base);
        StateDelta second = calls.delta(b, base);
        if (first.size() == 0 || second.size() == 0) {
            return LawCase.NONE;
        }
        return healing.judge(
                calls.apply(calls.apply(base, first), second),
                calls.apply(calls.apply(base, second), first),
                List.of(base, a, b));
    }

    /** The state merged with itself until that changes nothing. */
    private State settled(State state) {
        State current = state;
        for (int round = 0; round < FURTHER_ROUNDS; round++) {
            current = calls.merge(current, current);
        }
        return current;
    }
}
