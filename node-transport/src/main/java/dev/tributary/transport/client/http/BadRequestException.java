package dev.tributary.transport.client.http;

/** A request that cannot be understood; the message says what was wrong and what is allowed. */
public final class BadRequestException extends RuntimeException {

    public BadRequestException(String message) {
        super(message);
    }
}
