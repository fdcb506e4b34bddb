package dev.tributary.app.contract;

/** What a command was given cannot be used; the message, for a person, names the file and says what is allowed. */
public final class UnusableException extends RuntimeException {

    public UnusableException(String message) {
        super(message);
    }

    public UnusableException(String message, Throwable cause) {
        super(message, cause);
    }
}
