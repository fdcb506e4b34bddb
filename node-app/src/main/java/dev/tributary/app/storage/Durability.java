package dev.tributary.app.storage;

/** What a completed commit has survived. */
public enum Durability {

    /** The disk has it (fsync): it survives the death of the process and the loss of power. */
    SYNC,

    /**
     * The operating system has it: it survives the death of the process. A loss of power may take the last minute, and
     * contracts changed in that time may be refused as damaged until they are committed again.
     */
    BUFFERED
}
