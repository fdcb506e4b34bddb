package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;

/** A peer refused for a reason without a more specific exception type, or sent an invalid reply. */
public final class RemoteFailureException extends NodeException {

    private final PeerId peer;
    private final RefusalCode code;

    /** Creates the exception; the detail, which may be the peer's own text, is quoted and cut. */
    public RemoteFailureException(PeerId peer, RefusalCode code, String detail) {
        super(Kind.REMOTE_FAILURE, "peer " + peer + " refused: " + code + ": " + QuotedText.quote(detail));
        this.peer = peer;
        this.code = code;
    }

    public PeerId peer() {
        return peer;
    }

    /** Returns the reason of the refusal; {@link RefusalCode#UNKNOWN} for an invalid reply. */
    public RefusalCode code() {
        return code;
    }

    /** Returns whether the contract rejected the state at the peer, which may hold one that it does not merge with. */
    public boolean isRejection() {
        return code == RefusalCode.CONTRACT_REJECTED;
    }

    /** Returns the code of the peer's own refusal: it is passed on. */
    @Override
    public RefusalCode refusalCode() {
        return code;
    }

    /** Returns {@link NodeException.Fault#OTHER} if the same peer may accept the request a little later. */
    @Override
    public Fault fault() {
        return code.isTransient() ? Fault.OTHER : Fault.PEER;
    }
}
