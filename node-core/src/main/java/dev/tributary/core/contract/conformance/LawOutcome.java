package dev.tributary.core.contract.conformance;

/** Whether a law holds for the states that it was checked with. */
public enum LawOutcome {
    /** It holds for all cases. */
    HELD,
    /** It does not hold for one case at least, and a second run of that case gave the same results. */
    BROKEN,
    /**
     * It cannot be told: a call exceeded a limit or failed, a second run gave other results, or the states did not
     * settle within the bound.
     */
    INCONCLUSIVE,
    /** There was no case, which says nothing about the law. */
    NOT_CHECKED
}
