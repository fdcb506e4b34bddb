package dev.tributary.core.ring;

/** How an exchange with a neighbour ended, as far as the neighbour is to be judged by it. */
public enum Outcome {
    /** It answered, with what was asked for. */
    ANSWERED(0),
    /** It answered that there is nothing to find: this was the wrong way. */
    NOT_FOUND(1),
    /** It had too much to do, or lost its own next hop: that passes. */
    BUSY(0.25),
    /** It refused, was too late, or answered what cannot be right. */
    FAILED(1),
    /** It said nothing for as long as it was given, or its link ended. */
    SILENT(1);

    private final double failure;

    Outcome(double failure) {
        this.failure = failure;
    }

    /** How much of a failure it is, from 0 to 1. */
    double failure() {
        return failure;
    }
}
