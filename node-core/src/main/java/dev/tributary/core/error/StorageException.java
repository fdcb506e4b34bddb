package dev.tributary.core.error;

/** The store could not be read or written. What was acknowledged before is not touched by it. */
public final class StorageException extends NodeException {

    public StorageException(String what, Throwable cause) {
        super(what + ": " + cause.getMessage(), cause);
    }

    /** For what the store itself found wrong. */
    public StorageException(String what) {
        super(what);
    }

    /** The answer to every call after the store's end. */
    public static StorageException closed() {
        return new StorageException("the store is closed");
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
