package dev.tributary.transport.client.web;

/** A state that is no web application, or one that will not be unpacked; the message says why and what is allowed. */
public final class UnusableArchiveException extends RuntimeException {

    UnusableArchiveException(String message) {
        super(message);
    }

    UnusableArchiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
