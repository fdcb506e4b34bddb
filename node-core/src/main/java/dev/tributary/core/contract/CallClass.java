package dev.tributary.core.contract;

/** For whom a contract is called. The earlier ones go first, but none of them waits for ever. */
public enum CallClass {
    /** An application that is connected to this node. */
    CLIENT_LOCAL,
    /** A request of another node. */
    NETWORK_RELAY,
    /** Upkeep: whatever nobody waits for. */
    BACKGROUND
}
