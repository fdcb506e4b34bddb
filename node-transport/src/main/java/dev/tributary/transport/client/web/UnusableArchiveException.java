package dev.tributary.transport.client.web;

/** The state is not a web application, or its archive is not accepted. The message names the reason and the limit. */
public final class UnusableArchiveException extends RuntimeException {

    UnusableArchiveException(String message) {
        super(message);
    }

    UnusableArchiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
