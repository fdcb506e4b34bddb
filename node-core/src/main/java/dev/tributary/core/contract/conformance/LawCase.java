package dev.tributary.core.contract.conformance;

import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.State;
import java.util.List;

/**
 * The judgement of one law with certain states.
 *
 * @param results the outputs that break the law; empty if it is not broken
 * @param detail why it is broken or cannot be told; empty if it holds
 */
record LawCase(LawOutcome outcome, List<Bytes> results, String detail) {

    static final LawCase HELD = new LawCase(LawOutcome.HELD, List.of(), "");

    /** The states give no case of the law. */
    static final LawCase NONE = new LawCase(LawOutcome.NOT_CHECKED, List.of(), "");

    LawCase {
        results = List.copyOf(results);
    }

    static LawCase broken(String detail, Bytes... results) {
        return new LawCase(LawOutcome.BROKEN, List.of(results), detail);
    }

    static LawCase inconclusive(String detail) {
        return new LawCase(LawOutcome.INCONCLUSIVE, List.of(), detail);
    }

    /** Held if the two states are the same. */
    static LawCase equal(boolean same, State a, State b) {
        return same ? HELD : broken("it does not hold for these states", a.bytes(), b.bytes());
    }

    /** Whether another run of the same case ended alike: the same outcome, and results of the same bytes in any order. */
    boolean isRepeatedBy(LawCase other) {
        boolean sameResults = results.size() == other.results.size();
        for (int i = 0; sameResults && i < results.size(); i++) {
            sameResults = StateComparison.sameBytes(results.get(i), other.results.get(i));
        }
        return outcome == other.outcome && sameResults;
    }

    boolean isBroken() {
        return outcome == LawOutcome.BROKEN;
    }
}
