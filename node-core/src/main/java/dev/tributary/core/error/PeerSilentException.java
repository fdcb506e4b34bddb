package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;
import java.time.Duration;

/** A peer whose link is alive did not answer for as long as it was given. */
public final class PeerSilentException extends NodeException {

    private final PeerId peer;
    private final Duration patience;

    public PeerSilentException(PeerId peer, Duration patience) {
        super("peer " + peer + " did not answer within " + patience.toMillis() + " ms");
        this.peer = peer;
        this.patience = patience;
    }

    public PeerId peer() {
        return peer;
    }

    /** How long it was given. */
    public Duration patience() {
        return patience;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
