package dev.tributary.transport.client.http;

/** The request is malformed; the message states the mistake and what is allowed. */
public final class BadRequestException extends RuntimeException {

    public BadRequestException(String message) {
        super(message);
    }
}
