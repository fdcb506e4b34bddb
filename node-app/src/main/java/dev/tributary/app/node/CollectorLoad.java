package dev.tributary.app.node;

/**
 * Finds a process that does little but collect garbage: it is alive for hours and answers almost nothing. Judges the share of
 * time that the collector stopped the process over the last readings, and how much of the heap was free at any of them. A
 * thread that was due during a collection reads right after it, so the freest reading is what collections leave. Allocates
 * nothing after its creation, so that it works on a full heap. For one thread.
 */
final class CollectorLoad {

    /** Number of readings that are compared. */
    static final int READINGS = 10;

    /** Share of the time in percent: a node that works with a tenth of its time answers too late for all deadlines. */
    private static final int MAX_TIME = 90;

    /** Share of the heap in percent: a collector with more room than this comes to rest. */
    private static final int MIN_FREE = 5;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Source source;
    private final long[] readAt = new long[READINGS];
    private final long[] collectedMillis = new long[READINGS];
    private final long[] free = new long[READINGS];
    private int next;
    private int known;

    /** What is read. Its methods must not allocate. */
    interface Source {

        /** Time in milliseconds for which the collector has stopped the process since its start. */
        long collectionMillis();

        /** Number of bytes of the heap that are not in use, up to its maximum. */
        long freeBytes();

        /** Maximum size of the heap in bytes. */
        long maxBytes();
    }

    CollectorLoad(Source source) {
        this.source = source;
    }

    /**
     * Reads once; call it at equal intervals. Returns whether, since {@link #READINGS} readings, the collector took nine tenths of the time
     * and never left a twentieth of the heap free.
     *
     * @param now the present in nanoseconds, from a clock that may overflow
     */
    boolean isTooHigh(long now) {
        long collected = source.collectionMillis();
        boolean isHigh = known == READINGS
                && share(now - readAt[next], collected - collectedMillis[next]) > MAX_TIME
                && Math.max(mostFree(), source.freeBytes()) < source.maxBytes() / 100 * MIN_FREE;
        readAt[next] = now;
        collectedMillis[next] = collected;
        free[next] = source.freeBytes();
        next = (next + 1) % READINGS;
        known = Math.min(READINGS, known + 1);
        return isHigh;
    }

    private static long share(long nanos, long millis) {
        return nanos <= 0 ? 0 : millis * NANOS_PER_MILLI * 100 / nanos;
    }

    private long mostFree() {
        long most = 0;
        for (long each : free) {
            most = Math.max(most, each);
        }
        return most;
    }
}
