package dev.tributary.core.contract.conformance;

import dev.tributary.core.contract.conformance.MergeLaw.Weight;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.State;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Result of a conformance check.
 *
 * @param states number of distinct states that were checked, merged ones included
 * @param checks number of cases of all laws
 * @param laws one result for each law
 */
public record ConformanceReport(int states, int checks, List<LawResult> laws) {

    public ConformanceReport {
        laws = List.copyOf(laws);
    }

    /** True if no binding law is broken; a law that could not be told or was not checked is not broken. */
    public boolean conforms() {
        return violations().isEmpty();
    }

    /** The outcome of all binding laws together: broken if one is, else inconclusive if one is. */
    public LawOutcome outcome() {
        List<LawOutcome> outcomes = of(Weight.BINDING).map(LawResult::outcome).toList();
        return Stream.of(LawOutcome.BROKEN, LawOutcome.INCONCLUSIVE, LawOutcome.HELD)
                .filter(outcomes::contains)
                .findFirst()
                .orElse(LawOutcome.NOT_CHECKED);
    }

    /** The binding laws that are broken. */
    public List<Violation> violations() {
        return broken(Weight.BINDING);
    }

    /** The advisory laws that are broken. */
    public List<Violation> advice() {
        return broken(Weight.ADVISORY);
    }

    /** The result of this law. */
    public LawResult law(MergeLaw law) {
        return laws.stream()
                .filter(each -> each.law() == law)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the report has no " + law));
    }

    private List<Violation> broken(Weight weight) {
        return of(weight).map(LawResult::violation).flatMap(Optional::stream).toList();
    }

    private Stream<LawResult> of(Weight weight) {
        return laws.stream().filter(each -> each.law().weight() == weight);
    }

    /**
     * The result of one law.
     *
     * @param held number of cases for which it holds
     * @param inconclusive number of cases that could not be told
     * @param doubt why the first of them could not be told; empty if there is none
     * @param counterExample the smallest counter-example found, or null if the law is not broken
     */
    public record LawResult(
            MergeLaw law,
            int held,
            int inconclusive,
            String doubt,
            @Nullable Violation counterExample) {

        public LawOutcome outcome() {
            if (counterExample != null) {
                return LawOutcome.BROKEN;
            } else if (inconclusive > 0) {
                return LawOutcome.INCONCLUSIVE;
            }
            return held > 0 ? LawOutcome.HELD : LawOutcome.NOT_CHECKED;
        }

        public Optional<Violation> violation() {
            return Optional.ofNullable(counterExample);
        }
    }

    /**
     * A law that the contract breaks, with a counter-example.
     *
     * @param states the inputs
     * @param results the outputs: two that should be equal, or one that should be valid, empty or smaller
     * @param detail the reason, as text for a person
     */
    public record Violation(MergeLaw law, List<State> states, List<Bytes> results, String detail) {

        public Violation {
            states = List.copyOf(states);
            results = List.copyOf(results);
        }
    }
}
