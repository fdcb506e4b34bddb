package dev.tributary.core.error;

/** The store could not be read or written. What was acknowledged before is not touched by it. */
public final class StorageException extends NodeException {

    public StorageException(String what, Throwable cause) {
        super(what + ": " + cause.getMessage(), cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
