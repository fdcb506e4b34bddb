package dev.tributary.core.peer;

/**
 * Why a link ended.
 *
 * @param kind for programs
 * @param detail for humans, one line
 */
public record CloseReason(Kind kind, String detail) {

    /** The kinds of ends. They are the vocabulary of the wire too: appended to, never renumbered. */
    public enum Kind {
        /** The other side went away without a word. */
        LOST,
        /** A node is stopping and says so. */
        STOPPING,
        /** Nothing was heard for longer than the idle limit. */
        IDLE,
        /** The outbound queue was full and the peer took nothing from it for too long. */
        SLOW_PEER,
        /** The peer broke the protocol. */
        PROTOCOL,
        /** The protocol versions have nothing in common. */
        VERSION,
        /** The peer is not who was expected, or could not prove who it is. */
        IDENTITY,
        /** The handshake was not over in time. */
        SILENT,
        /** Another link to the same peer is kept instead of this one. */
        DUPLICATE,
        /** The node has all the links that it admits. */
        CROWDED,
        /** The peer is this node itself. */
        SELF,
        /** The node has no use for the link any more. */
        UNWANTED
    }

    @Override
    public String toString() {
        return kind + " (" + detail + ")";
    }
}
