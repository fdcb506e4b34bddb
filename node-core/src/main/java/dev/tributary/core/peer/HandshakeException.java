package dev.tributary.core.peer;

import dev.tributary.core.value.PeerAddress;

/** An attempt to connect that did not become a link. */
public final class HandshakeException extends RuntimeException {

    private final PeerAddress address;
    private final CloseReason reason;

    public HandshakeException(PeerAddress address, CloseReason reason) {
        super("no link to " + address + ": " + reason);
        this.address = address;
        this.reason = reason;
    }

    public PeerAddress address() {
        return address;
    }

    public CloseReason reason() {
        return reason;
    }
}
