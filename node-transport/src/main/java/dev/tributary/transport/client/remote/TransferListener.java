package dev.tributary.transport.client.remote;

/**
 * Hears how far large messages have come, piece by piece. Called on the client's threads, for one connection one call at a
 * time; it must not block.
 */
@FunctionalInterface
public interface TransferListener {

    /** Which way a message goes. */
    enum Direction {
        TO_NODE,
        FROM_NODE
    }

    /** Listens to nothing. */
    TransferListener NONE = (direction, done, total) -> {};

    /**
     * So much of a message is there, in bytes of its encoding.
     *
     * @param done how much of it, {@code total} at the end
     * @param total its size; until the end up to a piece too much where the node did not announce it
     */
    void moved(Direction direction, long done, long total);
}
