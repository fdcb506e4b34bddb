package dev.tributary.transport.peer;

import dev.tributary.core.value.PeerAddress;

/** The listen address cannot be bound. */
public final class ListenException extends RuntimeException {

    private final PeerAddress address;

    ListenException(PeerAddress address, Throwable cause) {
        super(
                "cannot listen on " + address + ": " + rootMessage(cause)
                        + "; use an address of this machine and a free port, or port 0 for any free port",
                cause);
        this.address = address;
    }

    public PeerAddress address() {
        return address;
    }

    private static String rootMessage(Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        return String.valueOf(root.getMessage());
    }
}
