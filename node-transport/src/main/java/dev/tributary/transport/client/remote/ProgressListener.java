package dev.tributary.transport.client.remote;

/**
 * Receives the progress of large messages, once per chunk. Called on the client's threads, sequentially for each
 * connection; it must not block.
 */
@FunctionalInterface
public interface ProgressListener {

    /** Direction of a message. */
    enum Direction {
        TO_NODE,
        FROM_NODE
    }

    /** Ignores all progress. */
    ProgressListener NONE = (direction, done, total) -> {};

    /**
     * Called when a chunk was transferred. Sizes are in bytes of the encoded message.
     *
     * @param done bytes transferred so far; {@code total} at the end
     * @param total size of the message; too large by up to one chunk until the end if the node did not announce it
     */
    void onProgress(Direction direction, long done, long total);
}
