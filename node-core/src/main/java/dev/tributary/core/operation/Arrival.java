package dev.tributary.core.operation;

/** How a change that a neighbour tells of compares with what is held here. */
enum Arrival {
    /** Nothing is held here. */
    NOT_HELD,
    /** It leads to what is held here already, or is none of this node's business. */
    KNOWN,
    /** It has to be taken in. */
    NEWS
}
