package dev.tributary.app.storage;

/** What a start does with an index that is damaged, missing, or older than it was. */
public enum WhenDamaged {
    /** Refuses to start; nothing is changed. */
    REFUSE,
    /** Goes on with what is readable. The rest is kept in the quarantine, and fetched anew from other nodes when asked for. */
    CONTINUE
}
