package dev.tributary.transport.wire;

/** Decides whether there is memory for a large message that a peer announces. Used on the link's event loop only. */
public interface LargeMessageGate {

    /** Lets all large messages pass. */
    LargeMessageGate OPEN = (size, mayWait) -> Verdict.KEEP;

    /** What happens to an announced message. */
    enum Verdict {
        /** Its bytes are kept until it is decoded or released. */
        KEEP,
        /** Reading stops before its announcement until {@link FrameReader#resume}. */
        WAIT,
        /** Its bytes are read and dropped, and {@link Frame.Dropped} is emitted in its place. */
        DROP
    }

    /**
     * Decides about a message of this size.
     *
     * @param mayWait whether {@link Verdict#WAIT} is allowed: not while other messages of the link are incomplete, since
     *     their bytes come after the announcement
     */
    Verdict admit(int size, boolean mayWait);
}
