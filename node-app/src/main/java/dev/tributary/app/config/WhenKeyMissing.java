package dev.tributary.app.config;

/** What a start does if the data directory holds a store, and the key file of its node is missing. */
public enum WhenKeyMissing {
    /** Refuses to start, so that a key can be restored. */
    REFUSE,
    /** Starts with a new identity, and keeps the contracts. */
    CREATE
}
