package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;

/** The link to a peer ended before the peer replied. */
public final class PeerUnreachableException extends NodeException {

    private final PeerId peer;

    public PeerUnreachableException(PeerId peer, String reason) {
        super(Kind.PEER_UNREACHABLE, "peer " + peer + " is unreachable: " + reason);
        this.peer = peer;
    }

    public PeerId peer() {
        return peer;
    }
}
