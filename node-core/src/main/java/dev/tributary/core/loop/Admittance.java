package dev.tributary.core.loop;

/** What becomes of an event at the door of a channel. */
enum Admittance {
    /** It has its place. */
    ACCEPTED,
    /** Its sender waits for a place. */
    WAITING,
    /** There is no place, not even to wait. */
    FULL,
    /** Nothing is accepted any more. */
    CLOSED
}
