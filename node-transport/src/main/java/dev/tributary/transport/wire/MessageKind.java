package dev.tributary.transport.wire;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of messages and their numbers on the wire. Requests have numbers below 128, replies from 128 on, and
 * notices from 192 on: so a node knows whether a kind of a later version expects a reply.
 */
enum MessageKind {
    PUT_REQUEST(1),
    GET_REQUEST(2),
    CONNECT_REQUEST(3),
    HOSTING_OFFER(4),
    UPDATE_RECONCILE(5),
    REFUSED(128),
    PUT_STORED(129),
    GET_FOUND(130),
    GET_NOT_FOUND(131),
    CONNECT_OFFERS(132),
    HOSTING_ANSWER(133),
    UPDATE_DIFFERENCE(134),
    CONNECT_FULL(192),
    HOSTING_UNFOLLOWED(193),
    UPDATE_CHANGED(194),
    UNDERWAY(195),
    UPDATE_ACKNOWLEDGED(196);

    private static final int FIRST_REPLY = 128;
    private static final int FIRST_NOTICE = 192;
    private static final @Nullable MessageKind[] BY_NUMBER = new @Nullable MessageKind[256];

    static {
        for (MessageKind kind : values()) {
            BY_NUMBER[kind.number] = kind;
        }
    }

    private final int number;

    MessageKind(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Returns the kind with this number (0 to 255), or null if it is unknown. */
    static @Nullable MessageKind ofNumber(int number) {
        return BY_NUMBER[number];
    }

    /** Returns whether messages of this kind, known or not, expect a reply. */
    static boolean expectsReply(int number) {
        return number < FIRST_REPLY;
    }

    /** Returns whether messages of this kind, known or not, reply to a request. */
    static boolean isReply(int number) {
        return number >= FIRST_REPLY && number < FIRST_NOTICE;
    }
}
