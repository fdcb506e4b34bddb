package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;

/** The link to a peer is closed: the message was not sent. */
public final class LinkClosedException extends NodeException {

    private final PeerId peer;
    private final String reason;

    public LinkClosedException(PeerId peer, String reason) {
        super(Kind.LINK_CLOSED, "link to peer " + peer + " is closed: " + reason);
        this.peer = peer;
        this.reason = reason;
    }

    public PeerId peer() {
        return peer;
    }

    public String reason() {
        return reason;
    }
}
