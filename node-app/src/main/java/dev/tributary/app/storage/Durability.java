package dev.tributary.app.storage;

/** What a completed commit has survived. */
public enum Durability {

    /** The disk has it (fsync): it survives the death of the process and the loss of power. */
    SYNC,

    /**
     * The operating system has it: it survives the death of the process, but a loss of power may damage the store. For
     * what can be fetched again.
     */
    BUFFERED
}
