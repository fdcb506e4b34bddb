package dev.tributary.core.error;

/** The store could not be read or written. Data acknowledged before is not affected. */
public final class StorageException extends NodeException {

    public StorageException(String what, Throwable cause) {
        super(Kind.STORAGE, what + ": " + cause.getMessage(), cause);
    }

    /** Creates the exception for a fault detected by the store itself. */
    public StorageException(String what) {
        super(Kind.STORAGE, what);
    }

    /** Creates the exception for calls after the store was closed. */
    public static StorageException closed() {
        return new StorageException("the store is closed");
    }
}
