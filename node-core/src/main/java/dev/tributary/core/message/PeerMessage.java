package dev.tributary.core.message;

import dev.tributary.core.value.TransactionId;

/** A message between peers. Every message carries the id of its transaction. */
public sealed interface PeerMessage permits PeerRequest, PeerReply, PeerNotice {

    /** The families of messages, one for each permitted type. */
    enum Family {
        REQUEST,
        REPLY,
        NOTICE
    }

    TransactionId tx();

    Family family();

    /** Returns whether the message carries a state or a change, and may be large. */
    default boolean carriesPayload() {
        return false;
    }
}
