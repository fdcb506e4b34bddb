package dev.tributary.app.contract;

/** An input of a command cannot be used. The message is for a person: it names the file and what is allowed. */
public final class UnusableInputException extends RuntimeException {

    public UnusableInputException(String message) {
        super(message);
    }

    public UnusableInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
