package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;
import java.time.Duration;

/** A peer answered neither a request nor the liveness probe that followed it, although its link is open. */
public final class PeerUnresponsiveException extends NodeException {

    private final PeerId peer;
    private final Duration silence;

    public PeerUnresponsiveException(PeerId peer, Duration silence) {
        super(Kind.PEER_UNRESPONSIVE, "peer " + peer + " did not reply within " + silence.toMillis() + " ms");
        this.peer = peer;
        this.silence = silence;
    }

    public PeerId peer() {
        return peer;
    }

    /** Returns the time from the request to the end of the probe. */
    public Duration silence() {
        return silence;
    }
}
