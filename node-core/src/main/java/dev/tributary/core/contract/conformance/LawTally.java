package dev.tributary.core.contract.conformance;

import dev.tributary.core.contract.conformance.ConformanceReport.LawResult;
import dev.tributary.core.contract.conformance.ConformanceReport.Violation;
import org.jspecify.annotations.Nullable;

/** Counts the cases of one law, until a counter-example is found or too many cases could not be told. */
final class LawTally {

    /** Number of cases that cannot be told after which the law is not checked further: each may take a time limit. */
    private static final int MAX_INCONCLUSIVE = 3;

    private final MergeLaw law;
    private int held;
    private int inconclusive;
    private String doubt = "";
    private @Nullable Violation violation;

    LawTally(MergeLaw law) {
        this.law = law;
    }

    boolean isDecided() {
        return violation != null || inconclusive >= MAX_INCONCLUSIVE;
    }

    void recordHeld() {
        held++;
    }

    void recordInconclusive(String detail) {
        doubt = inconclusive++ == 0 ? detail : doubt;
    }

    void recordBroken(Violation found) {
        violation = found;
    }

    LawResult result() {
        return new LawResult(law, held, inconclusive, doubt, violation);
    }
}
