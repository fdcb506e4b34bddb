package dev.tributary.core.error;

/** The peer violated the protocol. Its link is closed; the node continues. */
public final class ProtocolException extends NodeException {

    public ProtocolException(String detail) {
        super(Kind.PROTOCOL, "protocol violation: " + detail);
    }
}
