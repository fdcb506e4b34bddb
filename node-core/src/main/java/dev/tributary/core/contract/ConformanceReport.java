package dev.tributary.core.contract;

import dev.tributary.core.value.State;
import java.util.List;

/**
 * What a check of a contract found.
 *
 * @param states how many states it was checked with, those made by merging included
 * @param checks how many comparisons were made
 * @param violations at most one counter-example for each law
 */
public record ConformanceReport(int states, int checks, List<Violation> violations) {

    public ConformanceReport {
        violations = List.copyOf(violations);
    }

    /** Whether no law was found broken. */
    public boolean conforms() {
        return violations.isEmpty();
    }

    /** A law, states for which the contract breaks it, and what came out. */
    public record Violation(Law law, List<State> states, String detail) {

        public Violation {
            states = List.copyOf(states);
        }
    }
}
