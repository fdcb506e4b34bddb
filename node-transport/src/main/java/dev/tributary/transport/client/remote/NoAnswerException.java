package dev.tributary.transport.client.remote;

import java.time.Duration;

/** The node did not answer in time. Whether the request took effect is unknown; repeating it is safe. */
public final class NoAnswerException extends NodeClientException {

    private final Duration deadline;

    NoAnswerException(String request, Duration deadline) {
        super("the node did not answer the " + request + " within " + deadline.toMillis() + " ms");
        this.deadline = deadline;
    }

    /** How long it had. */
    public Duration deadline() {
        return deadline;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
