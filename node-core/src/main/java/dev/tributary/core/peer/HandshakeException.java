package dev.tributary.core.peer;

import dev.tributary.core.value.PeerAddress;

/** A connection attempt failed before the link was confirmed. */
public final class HandshakeException extends RuntimeException {

    private final PeerAddress address;
    private final CloseReason reason;

    public HandshakeException(PeerAddress address, CloseReason reason) {
        super("cannot connect to " + address + ": " + reason);
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
