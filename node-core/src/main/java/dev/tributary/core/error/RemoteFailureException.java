package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;

/** A peer refused for a reason that has no closer type here, or answered what cannot be right. */
public final class RemoteFailureException extends NodeException {

    private final PeerId peer;
    private final String code;

    public RemoteFailureException(PeerId peer, String code, String detail) {
        super("peer " + peer + " refused, " + code + ": " + detail);
        this.peer = peer;
        this.code = code;
    }

    public PeerId peer() {
        return peer;
    }

    /** The refusal code of the wire. */
    public String code() {
        return code;
    }

    /** Another peer may do what this one did not. */
    @Override
    public boolean isRetryable() {
        return true;
    }
}
