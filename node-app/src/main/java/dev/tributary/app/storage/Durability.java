package dev.tributary.app.storage;

/** What a completed commit is guaranteed to survive. */
public enum Durability {

    /** Written to disk with fsync: survives a crash of the process and a loss of power. */
    SYNC,

    /**
     * Written to the operating system without fsync: survives a crash of the process, but a loss of power may damage
     * the store. For contracts that can be fetched again.
     */
    BUFFERED
}
