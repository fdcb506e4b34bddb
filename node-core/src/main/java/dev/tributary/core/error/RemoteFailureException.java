package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;

/** A peer refused for a reason that has no closer type here. */
public final class RemoteFailureException extends NodeException {

    private final PeerId peer;
    private final String code;
    private final boolean retryable;

    private RemoteFailureException(PeerId peer, String code, String detail, boolean retryable) {
        super("peer " + peer + " refused, " + code + ": " + detail);
        this.peer = peer;
        this.code = code;
        this.retryable = retryable;
    }

    /** Asking this peer, or another one, again may help. */
    public static RemoteFailureException passing(PeerId peer, String code, String detail) {
        return new RemoteFailureException(peer, code, detail, true);
    }

    /** Every peer would say the same. */
    public static RemoteFailureException lasting(PeerId peer, String code, String detail) {
        return new RemoteFailureException(peer, code, detail, false);
    }

    public PeerId peer() {
        return peer;
    }

    /** The refusal code of the wire. */
    public String code() {
        return code;
    }

    @Override
    public boolean isRetryable() {
        return retryable;
    }
}
