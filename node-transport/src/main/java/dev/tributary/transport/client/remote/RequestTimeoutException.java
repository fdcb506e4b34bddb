package dev.tributary.transport.client.remote;

import java.time.Duration;

/** The node did not reply within the deadline. The request may have taken effect; retrying it is safe. */
public final class RequestTimeoutException extends NodeClientException {

    private final Duration deadline;

    RequestTimeoutException(String request, Duration deadline) {
        super(
                Kind.REQUEST_TIMEOUT,
                "the node did not answer the " + request + " within " + deadline.toMillis() + " ms");
        this.deadline = deadline;
    }

    /** The deadline of the request. */
    public Duration deadline() {
        return deadline;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
