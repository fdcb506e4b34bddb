package dev.tributary.core.contract;

/** What a contract must hold to, or peers that got the same changes in another order never agree. */
public enum Law {
    /** A state that is valid before a merge with a valid one is valid after it. */
    MERGE_KEEPS_VALID,
    /** Merging a state with itself changes nothing. */
    MERGE_IS_IDEMPOTENT,
    /** It does not matter which of two states is merged into which. */
    MERGE_IS_COMMUTATIVE,
    /** It does not matter in which order three states are merged. */
    MERGE_IS_ASSOCIATIVE,
    /** The same state has the same summary every time. */
    SUMMARY_IS_STABLE,
    /** What a delta brings to the summarised state is all that it was missing. */
    DELTA_BRINGS_EVERYTHING,
    /** There is no delta for the holder of the same state. */
    DELTA_IS_EMPTY_WHEN_UP_TO_DATE
}
