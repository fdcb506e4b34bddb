package dev.tributary.core.contract;

/** Priority class of a contract call, highest first. Every class gets a share of the turns, so that none starves. */
public enum CallClass {
    /** A call for a client that is connected to this node. */
    CLIENT_LOCAL,
    /** A call for a request of a peer. */
    NETWORK_RELAY,
    /** Maintenance: no client and no peer waits for the result. */
    BACKGROUND
}
