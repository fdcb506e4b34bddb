package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;

/** A peer was lost while it was waited for. */
public final class PeerUnreachableException extends NodeException {

    private final PeerId peer;

    public PeerUnreachableException(PeerId peer, String reason) {
        super("peer " + peer + " is unreachable: " + reason);
        this.peer = peer;
    }

    public PeerId peer() {
        return peer;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
