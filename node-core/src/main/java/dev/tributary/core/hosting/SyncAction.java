package dev.tributary.core.hosting;

/** The action that follows the comparison of a replica. */
enum SyncAction {
    NONE,
    /** Push contract and state: the neighbour is a sync partner without a replica. */
    PUSH,
    /** Reconcile the replicas: they differ, and each side is sent what it is missing. */
    RECONCILE
}
