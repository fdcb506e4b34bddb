package dev.tributary.core.contract;

/** A rule of merging. If a contract breaks one, peers that apply changes in different orders may never converge. */
public enum MergeLaw {
    /** Merging two valid states yields a valid state. */
    MERGE_KEEPS_VALID,
    /** Merging a state with itself changes nothing. */
    MERGE_IS_IDEMPOTENT,
    /** Merging a into b yields the same state as merging b into a. */
    MERGE_IS_COMMUTATIVE,
    /** Merging three states yields the same state in either grouping. */
    MERGE_IS_ASSOCIATIVE,
    /** The same state always has the same summary. */
    SUMMARY_IS_STABLE,
    /** Applying a delta to the summarised state yields the same state as merging the whole other state into it. */
    DELTA_BRINGS_EVERYTHING,
    /** The delta against the summary of the same state is empty. */
    DELTA_IS_EMPTY_WHEN_UP_TO_DATE
}
