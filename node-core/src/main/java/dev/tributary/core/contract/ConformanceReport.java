package dev.tributary.core.contract;

import dev.tributary.core.value.Bytes;
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

    /**
     * A law that the contract breaks.
     *
     * @param states for which it does
     * @param results what came out: two where they should have been the same, one that should have been valid or empty,
     *     none if the contract could not be called
     * @param detail what is wrong with it, in words
     */
    public record Violation(Law law, List<State> states, List<Bytes> results, String detail) {

        public Violation {
            states = List.copyOf(states);
            results = List.copyOf(results);
        }
    }
}
