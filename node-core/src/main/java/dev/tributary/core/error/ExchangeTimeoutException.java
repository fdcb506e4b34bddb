package dev.tributary.core.error;

import dev.tributary.core.value.PeerId;
import java.time.Duration;

/** A peer did not reply within the exchange timeout, although its link is alive. */
public final class ExchangeTimeoutException extends NodeException {

    private final PeerId peer;
    private final Duration timeout;

    public ExchangeTimeoutException(PeerId peer, Duration timeout) {
        super(Kind.EXCHANGE_TIMEOUT, "peer " + peer + " did not reply within " + timeout.toMillis() + " ms");
        this.peer = peer;
        this.timeout = timeout;
    }

    public PeerId peer() {
        return peer;
    }

    /** Returns the timeout of the exchange. */
    public Duration timeout() {
        return timeout;
    }
}
