package dev.tributary.app.contract;

/** What a command was given cannot be used; the message, for a person, names the file and says what is allowed. */
final class UnusableException extends RuntimeException {

    UnusableException(String message) {
        super(message);
    }

    UnusableException(String message, Throwable cause) {
        super(message, cause);
    }
}
