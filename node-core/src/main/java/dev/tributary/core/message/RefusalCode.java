package dev.tributary.core.message;

/** Why a peer refuses. The codes are the vocabulary of the wire: they are appended to, never renumbered. */
public enum RefusalCode {
    /** A reason that this version does not know, or a fault of the peer's own. */
    UNKNOWN(0),
    /** The peer has all the work that it admits; asking again later is welcome. */
    BUSY(1),
    /** The contract rejected the state. */
    CONTRACT_REJECTED(2),
    /** The time budget ran out at the peer, or it was too small to begin with. */
    DEADLINE_EXCEEDED(3),
    /** The next hop was lost while it worked on the request. */
    PEER_LOST(4),
    /** The peer cannot run the contract: no runtime for its code. */
    CONTRACT_UNSUPPORTED(5),
    /** The peer could not read or write its store. */
    STORAGE(6),
    /** The peer does not know this kind of request. */
    REQUEST_UNSUPPORTED(7),
    /** Something is larger than the peer admits. */
    TOO_LARGE(8),
    /** The peer is shutting down. */
    STOPPING(9),
    /** The peer hosts what is wanted more, and has no room for this contract besides. */
    NO_ROOM(10),
    /** The peer does not hold what it is asked about, though it may have a moment ago. */
    NOT_HELD(11);

    private final int number;

    RefusalCode(int number) {
        this.number = number;
    }

    /** The code's number on the wire. */
    public int number() {
        return number;
    }

    /** The code of a number; a number from a later version reads as {@link #UNKNOWN}. */
    public static RefusalCode ofNumber(int number) {
        for (RefusalCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return UNKNOWN;
    }
}
