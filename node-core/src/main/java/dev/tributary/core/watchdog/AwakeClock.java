package dev.tributary.core.watchdog;

/** Counts the time that the watchdog was not kept from its work, in nanoseconds. One thread. */
final class AwakeClock {

    /** Time in nanoseconds by which a pause may be longer than asked for: usual for a busy machine. */
    private static final long TOLERANCE = 10_000_000;

    /** Time in nanoseconds beyond which a pause that no collector explains is a suspended machine. */
    private static final long SUSPENDED = 1_000_000_000;

    private long last;
    private long lastCollected;
    private long awake;

    AwakeClock(long now, long collected) {
        last = now;
        lastCollected = collected;
    }

    long awake() {
        return awake;
    }

    /**
     * Counts a pause.
     *
     * @param asked the length that the pause should have had
     * @param collected time for which the collector has stopped the process so far
     * @return whether the machine was suspended
     */
    boolean advance(long now, long asked, long collected) {
        long took = now - last;
        long collecting = collected - lastCollected;
        last = now;
        lastCollected = collected;
        awake += Math.min(took, asked + TOLERANCE);
        return took - asked > SUSPENDED && 2 * collecting < took;
    }
}
