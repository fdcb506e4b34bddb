package dev.tributary.core.hosting.replica;

/** How sure it is that no other host holds a newer state. */
public enum Freshness {
    /** Another host has confirmed the replica since this node started, and no partner may hold another state. */
    CONFIRMED,
    /** It was confirmed, but a partner that came later, or that holds another state, has to be heard. */
    PARTNER_AWAITED,
    /** No other host has confirmed it. */
    UNCONFIRMED,
    /** Asking does not help now: there is no neighbour, no partner answered, or their states cannot be merged. */
    UNCONFIRMABLE
}
