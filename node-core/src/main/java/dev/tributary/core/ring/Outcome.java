package dev.tributary.core.ring;

/** The result of an exchange with a neighbour, as it counts for the neighbour's reputation. */
public enum Outcome {
    /** The neighbour answered successfully. */
    ANSWERED(0),
    /** The neighbour did not find the contract, and another one did: the route was wrong. */
    NOT_FOUND(1),
    /** The neighbour was busy, or lost its own next hop: transient. */
    BUSY(0.25),
    /** The neighbour refused, exceeded its deadline, or sent an invalid reply. */
    FAILED(1),
    /** The neighbour did not reply within the timeout, or its link ended. */
    NO_REPLY(1);

    private final double failure;

    Outcome(double failure) {
        this.failure = failure;
    }

    /** Returns the weight of this outcome as a failure, from 0 to 1. */
    double failure() {
        return failure;
    }
}
