package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;

/** A peer refused for a reason without a more specific exception type, or sent an invalid reply. */
public final class RemoteFailureException extends NodeException {

    private final PeerId peer;
    private final String code;

    public RemoteFailureException(PeerId peer, String code, String detail) {
        super("peer " + peer + " refused: " + code + ": " + detail);
        this.peer = peer;
        this.code = code;
    }

    public PeerId peer() {
        return peer;
    }

    /** Returns the name of the refusal code. */
    public String code() {
        return code;
    }

    /** Returns true: another peer may succeed. */
    @Override
    public boolean isRetryable() {
        return true;
    }
}
