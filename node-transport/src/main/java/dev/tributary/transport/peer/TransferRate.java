package dev.tributary.transport.peer;

/**
 * Watches whether bytes are transferred at the least rate while some are due. Each check covers the same time; several
 * in a row below the rate are a violation. Used on the link's event loop only.
 */
final class TransferRate {

    /** Least rate in bytes per second: a slower peer would hold memory of the node for hours. */
    static final int LEAST_BYTES_PER_SECOND = 20 * 1024;

    private final long leastPerCheck;
    private final int maxSlowChecks;
    private long bytes;
    private int slowChecks;

    /**
     * Creates a watch.
     *
     * @param seconds time that a check covers
     * @param maxSlowChecks number of checks below the rate that is a violation
     */
    TransferRate(int seconds, int maxSlowChecks) {
        this.leastPerCheck = (long) seconds * LEAST_BYTES_PER_SECOND;
        this.maxSlowChecks = maxSlowChecks;
    }

    void onTransferred(int more) {
        bytes += more;
    }

    /** Ends the time of a check; returns whether the rate is violated. */
    boolean isTooSlow(boolean isDue) {
        slowChecks = isDue && bytes < leastPerCheck ? slowChecks + 1 : 0;
        bytes = 0;
        return slowChecks >= maxSlowChecks;
    }
}
