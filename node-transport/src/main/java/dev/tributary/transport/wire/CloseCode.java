package dev.tributary.transport.wire;

import dev.tributary.core.peer.CloseReason.Kind;

/** Maps the kinds of close reasons to their numbers on the wire. */
final class CloseCode {

    private CloseCode() {}

    static int of(Kind kind) {
        return switch (kind) {
            case LOST -> 0;
            case STOPPING -> 1;
            case IDLE -> 2;
            case SLOW_PEER -> 3;
            case PROTOCOL -> 4;
            case VERSION -> 5;
            case IDENTITY -> 6;
            case HANDSHAKE_TIMEOUT -> 7;
            case DUPLICATE -> 8;
            case LIMIT_REACHED -> 9;
            case SELF -> 10;
            case NOT_NEEDED -> 11;
            case NETWORK -> 12;
        };
    }

    /** Returns the kind with this number; {@link Kind#NOT_NEEDED} for a number of a later version. */
    static Kind kind(int number) {
        for (Kind kind : Kind.values()) {
            if (of(kind) == number) {
                return kind;
            }
        }
        return Kind.NOT_NEEDED;
    }
}
