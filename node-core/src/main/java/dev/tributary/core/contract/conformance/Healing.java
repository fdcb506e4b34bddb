package dev.tributary.core.contract.conformance;

import dev.tributary.core.value.State;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/**
 * Decides whether two different results of merging the same states become the same by further merging, as the exchanges
 * of peers would make them. Their merge must be the same in both directions. It is merged with both results and with all
 * inputs in turn until a whole pass changes nothing. Each step that changes it must absorb the same input again; a state
 * that comes back is a cycle.
 */
final class Healing {

    /** Maximum number of passes: a contract that keeps a bounded amount needs one or two. */
    private static final int MAX_PASSES = 32;

    private final ContractCalls calls;
    private final BiPredicate<State, State> same;

    /** @param same whether two states count as the same */
    Healing(ContractCalls calls, BiPredicate<State, State> same) {
        this.calls = calls;
        this.same = same;
    }

    /** Held if the results heal. */
    LawCase judge(State left, State right, List<State> inputs) {
        if (same.test(left, right)) {
            return LawCase.HELD;
        } else if (!calls.isValid(left) || !calls.isValid(right)) {
            return LawCase.broken("one order of merging ends in an invalid state", left.bytes(), right.bytes());
        }
        State merged = calls.merge(left, right);
        State reverse = calls.merge(right, left);
        if (!same.test(merged, reverse)) {
            return LawCase.broken(
                    "the two results differ, and merge to different states in the two directions",
                    merged.bytes(),
                    reverse.bytes());
        } else if (!calls.isValid(merged)) {
            return LawCase.broken("the two results differ, and merge to an invalid state", merged.bytes());
        }
        return settle(merged, left, right, inputs);
    }

    private LawCase settle(State merged, State left, State right, List<State> inputs) {
        Set<State> seen = new HashSet<>(Set.of(merged));
        List<State> all = Stream.concat(Stream.of(left, right), inputs.stream())
                .distinct()
                .toList();
        State current = merged;
        for (int pass = 0; pass < MAX_PASSES; pass++) {
            boolean moved = false;
            for (State input : all) {
                State next = calls.tryMerge(current, input).orElse(current);
                Optional<LawCase> fault = fault(current, input, next, seen);
                if (fault.isPresent()) {
                    return fault.get();
                }
                if (!same.test(next, current)) {
                    current = next;
                    moved = true;
                    seen.add(current);
                }
            }
            if (!moved) {
                return LawCase.HELD;
            }
        }
        return LawCase.inconclusive("the results differ and do not settle within " + MAX_PASSES + " passes");
    }

    /** What is wrong with a step from the current state to the next one by merging the input, if anything is. */
    private Optional<LawCase> fault(State current, State input, State next, Set<State> seen) {
        if (same.test(next, current)) {
            return calls.tryMerge(current, input).isPresent() ? Optional.empty() : refusal(current, input);
        } else if (!calls.isValid(next)) {
            return Optional.of(LawCase.broken("merging its own results ends in an invalid state", next.bytes()));
        } else if (seen.contains(next)) {
            return Optional.of(LawCase.broken(
                    "merging its own results returns to an earlier state", current.bytes(), next.bytes()));
        }
        State again = calls.merge(next, input);
        return same.test(again, next)
                ? Optional.empty()
                : Optional.of(LawCase.broken(
                        "merging the same state again changes the result again", next.bytes(), again.bytes()));
    }

    /** A rejected input is known already if merging in the other direction ends in the current state. */
    private Optional<LawCase> refusal(State current, State input) {
        boolean known = same.test(current, input)
                || calls.tryMerge(input, current)
                        .filter(reverse -> same.test(reverse, current))
                        .isPresent();
        return known
                ? Optional.empty()
                : Optional.of(LawCase.broken("it rejects merging its own results", current.bytes(), input.bytes()));
    }
}
