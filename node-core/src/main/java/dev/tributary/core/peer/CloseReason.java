package dev.tributary.core.peer;

import dev.tributary.core.error.QuotedText;

/**
 * The reason why a link was closed.
 *
 * @param kind machine-readable kind
 * @param detail one line for people, possibly of the peer
 */
public record CloseReason(Kind kind, String detail) {

    /** The kinds of reasons. Their numbers are used on the wire: append new kinds, never renumber. */
    public enum Kind {
        /** The connection was lost without a close message. */
        LOST,
        /** A node is stopping. */
        STOPPING,
        /** Nothing was received for longer than the idle timeout. */
        IDLE,
        /** The peer reads too slowly while messages wait, or sends a large message too slowly. */
        SLOW_PEER,
        /** The peer violated the protocol. */
        PROTOCOL,
        /** The peers have no protocol version in common. */
        VERSION,
        /** The peer has an unexpected id, or could not prove its identity. */
        IDENTITY,
        /** The handshake timed out. */
        HANDSHAKE_TIMEOUT,
        /** Another link to the same peer is kept. */
        DUPLICATE,
        /** The node has reached its limit of links. */
        LIMIT_REACHED,
        /** The peer is the node itself. */
        SELF,
        /** The node does not need the link any more. */
        NOT_NEEDED,
        /** The peer belongs to a network of another name. */
        NETWORK
    }

    @Override
    public String toString() {
        return kind + " (" + QuotedText.cut(detail) + ")";
    }
}
