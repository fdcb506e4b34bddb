package dev.tributary.core.error;

/** The other side of a link said something that the protocol does not allow; the link ends, the node goes on. */
public final class ProtocolException extends NodeException {

    public ProtocolException(String detail) {
        super("protocol violation: " + detail);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
