package dev.tributary.core.operation;

/** What is to be done about a copy once it was compared. */
enum Remedy {
    NOTHING,
    /** The neighbour has none and ought to have one: it is brought contract and state. */
    BRING,
    /** The two differ: each is told what it is missing. */
    RECONCILE
}
