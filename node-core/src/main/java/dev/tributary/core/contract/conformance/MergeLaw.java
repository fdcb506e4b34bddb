package dev.tributary.core.contract.conformance;

/**
 * A property of contracts that lets peers converge. A broken law of weight {@link Weight#BINDING} keeps peers apart or
 * costs them traffic without end; one of weight {@link Weight#ADVISORY} is worth a look, since correct contracts may
 * break it.
 *
 * <p>Strict associativity is no law: a contract that keeps a bounded amount, or removes something, may end in different
 * valid states for the two groupings of three states, and one more exchange makes its peers equal. {@link #MERGE_HEALS}
 * is the law instead.
 */
public enum MergeLaw {
    /** Merging two valid states yields a valid state. */
    MERGE_KEEPS_VALID(Weight.BINDING),
    /** Merging a state with itself changes nothing. */
    MERGE_IS_IDEMPOTENT(Weight.BINDING),
    /** Merging a into b yields the same state as merging b into a. */
    MERGE_IS_COMMUTATIVE(Weight.BINDING),
    /**
     * Both groupings of three states yield the same state, or valid states that become the same by further merging: their
     * merge absorbs them and the three states, and reaches a state that no further merge changes.
     */
    MERGE_HEALS(Weight.BINDING),
    /** The same merge always yields the same bytes. */
    MERGE_IS_STABLE(Weight.BINDING),
    /** The same state always has the same summary. */
    SUMMARY_IS_STABLE(Weight.BINDING),
    /** The delta of the same state for the same summary always has the same bytes. */
    DELTA_IS_STABLE(Weight.BINDING),
    /** The delta against the summary of the same state is smaller than the state. */
    DELTA_IS_SMALLER_THAN_STATE(Weight.BINDING),
    /** Two peers that send each other deltas for their summaries reach the same state, without a cycle. */
    EXCHANGE_CONVERGES(Weight.BINDING),
    /** The delta against the summary of the same state is empty. */
    DELTA_IS_EMPTY_WHEN_UP_TO_DATE(Weight.ADVISORY),
    /**
     * Applying a delta to the summarised state yields the same state as merging the whole other state into it, at once
     * or after a further round.
     */
    DELTA_BRINGS_EVERYTHING(Weight.ADVISORY),
    /** Applying a delta twice yields the same state as applying it once, or heals as merges do. */
    DELTA_TWICE_IS_ONCE(Weight.ADVISORY),
    /** Two deltas for the same state can be applied in either order, or heal as merges do. */
    DELTAS_COMMUTE(Weight.ADVISORY),
    /** A state that was reached from another one absorbs it. Checked for recorded transitions only. */
    STATE_ABSORBS_ITS_BASE(Weight.ADVISORY);

    /** What a broken law means. */
    public enum Weight {
        /** The contract does not conform. */
        BINDING,
        /** The contract may still conform. */
        ADVISORY
    }

    private final Weight weight;

    MergeLaw(Weight weight) {
        this.weight = weight;
    }

    public Weight weight() {
        return weight;
    }

    /** Whether the law says that equal calls have equal results: then those of a broken case differ at every run. */
    boolean isAboutRepetition() {
        return this == MERGE_IS_STABLE || this == SUMMARY_IS_STABLE || this == DELTA_IS_STABLE;
    }
}
