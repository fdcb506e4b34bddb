package dev.tributary.core.hosting;

/** How a neighbour's update compares with the local replica. */
enum UpdateCheck {
    /** This node does not host the contract. */
    NOT_HELD,
    /** The update leads to the local state, or the sender is not a neighbour. */
    IGNORE,
    /** The update has to be applied. */
    APPLY
}
