package dev.tributary.core.simulation;

/** When the messages of a host have left it, and when it has processed those that it received. In nanoseconds. */
final class HostQueues {

    private long smallSentAt;
    private long allSentAt;
    private long processedAt;

    /**
     * Queues a message on the uplink and returns when its last byte has left. Small messages overtake large ones.
     *
     * @param bandwidth bytes in a second
     */
    long sendFinishedAt(long now, int bytes, boolean small, long bandwidth) {
        long duration = (long) (bytes * 1e9 / bandwidth);
        if (small) {
            smallSentAt = Math.max(now, smallSentAt) + duration;
            allSentAt = Math.max(smallSentAt, allSentAt + duration);
            return smallSentAt;
        }
        allSentAt = Math.max(now, allSentAt) + duration;
        return allSentAt;
    }

    /** Queues a message for processing and returns when the node has processed it. */
    long processFinishedAt(long now, long duration) {
        processedAt = Math.max(now, processedAt) + duration;
        return processedAt;
    }
}
