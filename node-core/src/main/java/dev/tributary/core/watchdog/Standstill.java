package dev.tributary.core.watchdog;

/**
 * What was measured while a part made no progress; times in nanoseconds.
 *
 * @param sign what shows it
 * @param length how long it has lasted
 * @param paused how much of it the watchdog was kept from its own work
 * @param cpu processor time of the part's thread in it; {@link #UNKNOWN} if it cannot be read
 * @param collected time in it for which the collector stopped the process
 */
record Standstill(Sign sign, long length, long paused, long cpu, long collected) {

    static final long UNKNOWN = -1;

    /** Part of the time that a thread runs at least if it is not kept from running: a tenth. */
    private static final int RUNNING_DIVISOR = 10;

    /** What shows that a part stands still. */
    enum Sign {
        /** It has work, and no turn was asked for. */
        NO_TURN,
        /** It has work, and its thread has ended. */
        NO_THREAD,
        /** A step of it does not end. */
        IN_STEP,
        /** It has work, and no step begins. */
        NO_STEP
    }

    /** Whether the collector took most of the time. */
    boolean isCollecting() {
        return 2 * collected >= length;
    }

    /** Whether the whole process was kept from running for most of the time. */
    boolean isPaused() {
        return 2 * paused >= length;
    }

    /** Whether the thread did not run, though it may have wanted to. */
    boolean isWithoutCpu() {
        return cpu != UNKNOWN && cpu < length / RUNNING_DIVISOR;
    }
}
