package dev.tributary.core.error;

/** The reason of a refusal. Numbers are used on the wire: append new ones, never renumber. */
public enum RefusalCode {
    /** A reason unknown to this version, or an internal error of the peer. */
    UNKNOWN(0, Scope.PEER),
    /** The peer has reached a concurrency limit; retry later. */
    BUSY(1, Scope.MOMENT),
    /** The contract rejected the state. */
    CONTRACT_REJECTED(2, Scope.CONTRACT),
    /** The time budget was exhausted at the peer, or too small from the start. */
    DEADLINE_EXCEEDED(3, Scope.PEER),
    /** The link to the next hop ended while it processed the request. */
    PEER_LOST(4, Scope.MOMENT),
    /** The peer has no runtime for the contract's code. */
    CONTRACT_UNSUPPORTED(5, Scope.CONTRACT),
    /** The peer could not read or write its store. */
    STORAGE(6, Scope.PEER),
    /** The peer does not know this kind of request. */
    REQUEST_UNSUPPORTED(7, Scope.PEER),
    /** A payload is larger than the peer's limit. */
    TOO_LARGE(8, Scope.CONTRACT),
    /** The peer is shutting down. */
    STOPPING(9, Scope.PEER),
    /** The peer's hosting budget is used by contracts with higher demand. */
    NO_ROOM(10, Scope.CONTRACT),
    /** The peer does not hold the contract, although it may have held it a moment ago. */
    NOT_HELD(11, Scope.PEER);

    /** How far a refusal goes. */
    private enum Scope {
        /** The peer may accept the same request a little later. */
        MOMENT,
        /** The peer may accept other contracts, and this one much later. */
        CONTRACT,
        /** Nothing is known about when the peer accepts a request. */
        PEER
    }

    private final int number;
    private final Scope scope;

    RefusalCode(int number, Scope scope) {
        this.number = number;
        this.scope = scope;
    }

    /** Returns the number on the wire. */
    public int number() {
        return number;
    }

    /** Returns whether the same peer may accept the request a little later. */
    public boolean isTransient() {
        return scope == Scope.MOMENT;
    }

    /** Returns whether the peer can still be asked about other contracts, and about this one much later. */
    public boolean isContractSpecific() {
        return scope == Scope.CONTRACT;
    }

    /**
     * Returns whether another peer should be asked at once: this one cannot store or read the contract now, which says
     * nothing about others.
     */
    public boolean isPassedOver() {
        return switch (this) {
            case STORAGE, NO_ROOM, NOT_HELD, STOPPING -> true;
            case UNKNOWN,
                    BUSY,
                    CONTRACT_REJECTED,
                    DEADLINE_EXCEEDED,
                    PEER_LOST,
                    CONTRACT_UNSUPPORTED,
                    REQUEST_UNSUPPORTED,
                    TOO_LARGE -> false;
        };
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
