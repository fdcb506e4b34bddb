package dev.tributary.core.loop;

/** The result of offering an event to a channel. */
enum OfferResult {
    /** The event is in the queue. */
    ACCEPTED,
    /** The queue is full; the sender waits for a slot. */
    WAITING,
    /** The queue is full, and so is the queue of senders. */
    FULL,
    /** The channel is closed. */
    CLOSED
}
