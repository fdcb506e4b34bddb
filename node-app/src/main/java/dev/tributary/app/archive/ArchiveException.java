package dev.tributary.app.archive;

/** An archive cannot be used at all: the message names it, the defect and the remedy. */
public final class ArchiveException extends RuntimeException {

    public ArchiveException(String message) {
        super(message);
    }

    public ArchiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
