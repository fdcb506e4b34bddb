package dev.tributary.core.contract;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.State;
import java.util.List;

/**
 * Result of a conformance check.
 *
 * @param states number of states that were checked, merged ones included
 * @param checks number of comparisons
 * @param violations at most one counter-example for each law
 */
public record ConformanceReport(int states, int checks, List<Violation> violations) {

    public ConformanceReport {
        violations = List.copyOf(violations);
    }

    /** True if no violation was found. */
    public boolean conforms() {
        return violations.isEmpty();
    }

    /**
     * A law that the contract breaks, with a counter-example.
     *
     * @param states the inputs
     * @param results the outputs: two that should be equal, one that should be valid or empty, or none if the call
     *     failed
     * @param detail the reason, as text for a person
     */
    public record Violation(MergeLaw law, List<State> states, List<Bytes> results, String detail) {

        public Violation {
            states = List.copyOf(states);
            results = List.copyOf(results);
        }
    }
}
