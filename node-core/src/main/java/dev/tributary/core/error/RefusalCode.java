package dev.tributary.core.error;

/** The reason of a refusal. Numbers are used on the wire: append new ones, never renumber. */
public enum RefusalCode {
    /** A reason unknown to this version, or an internal error of the peer. */
    UNKNOWN(0),
    /** The peer has reached a concurrency limit; retry later. */
    BUSY(1),
    /** The contract rejected the state. */
    CONTRACT_REJECTED(2),
    /** The time budget was exhausted at the peer, or too small from the start. */
    DEADLINE_EXCEEDED(3),
    /** The link to the next hop ended while it processed the request. */
    PEER_LOST(4),
    /** The peer has no runtime for the contract's code. */
    CONTRACT_UNSUPPORTED(5),
    /** The peer could not read or write its store. */
    STORAGE(6),
    /** The peer does not know this kind of request. */
    REQUEST_UNSUPPORTED(7),
    /** A payload is larger than the peer's limit. */
    TOO_LARGE(8),
    /** The peer is shutting down. */
    STOPPING(9),
    /** The peer's hosting budget is used by contracts with higher demand. */
    NO_ROOM(10),
    /** The peer does not hold the contract, although it may have held it a moment ago. */
    NOT_HELD(11);

    private final int number;

    RefusalCode(int number) {
        this.number = number;
    }

    /** Returns the number on the wire. */
    public int number() {
        return number;
    }

    /** Returns the code with this number; {@link #UNKNOWN} for a number of a later version. */
    public static RefusalCode ofNumber(int number) {
        for (RefusalCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return UNKNOWN;
    }
}
