package dev.tributary.core.watchdog;

import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.watchdog.Standstill.Sign;
import org.jspecify.annotations.Nullable;

/** Follows one part from sample to sample, and tells when it stands still. Watchdog thread only, unless stated. */
final class PartWatch {

    /** Time in nanoseconds for which a wake-up may be missing: work is handed over in microseconds. */
    static final long WAKE_UP_NANOS = 10_000_000;

    private static final long NONE = Long.MIN_VALUE;

    private final Watched part;
    private final Jvm jvm;
    private long steps;
    private long stuckSince = NONE;
    private long stuckAwake;
    private long stuckCpu;
    private long stuckCollected;
    private long missingSince = NONE;
    private long watchedFrom = NONE;
    private volatile @Nullable PartStalled stall;

    PartWatch(Watched part, Jvm jvm) {
        this.part = part;
        this.jvm = jvm;
        this.steps = part.steps();
    }

    Watched part() {
        return part;
    }

    /** The stall that was found and has not ended. Any thread. */
    @Nullable
    PartStalled stall() {
        return stall;
    }

    void setStall(PartStalled found) {
        stall = found;
    }

    /** What came before this time is not held against the part: the machine was suspended. */
    void forget(long now) {
        watchedFrom = now;
        stuckSince = NONE;
        missingSince = NONE;
    }

    /** From now on another missing wake-up is waited for. */
    void forgetMissingWakeUp() {
        missingSince = NONE;
    }

    /** Whether the part has work and made no progress since the sample before. */
    boolean isSuspect() {
        return stuckSince != NONE && stall == null;
    }

    /**
     * Reads the part; returns what is known of a standstill, once, when it has lasted for too long.
     *
     * @param awake time in nanoseconds that the watchdog was not kept from its work so far: pauses of the process do not
     *     count
     */
    @Nullable
    Standstill sample(long now, long awake) {
        part.beforeSample(now);
        long done = part.steps();
        long since = part.stepSince();
        boolean isMissing = part.isWakeUpMissing();
        boolean isIdle = since == Watched.IDLE && !isMissing && part.waiting() == 0;
        if (done != steps || isIdle) {
            steps = done;
            stuckSince = NONE;
            missingSince = NONE;
            stall = null;
            return null;
        }
        missingSince = !isMissing ? NONE : missingSince == NONE ? awake : missingSince;
        if (stuckSince == NONE) {
            begin(since == Watched.IDLE ? now : Math.max(since, watchedFrom), now, awake);
            return null;
        }
        return stall == null ? standstill(now, awake, since != Watched.IDLE) : null;
    }

    private void begin(long since, long now, long awake) {
        stuckSince = since;
        stuckAwake = awake - Math.min(now - since, Watchdog.INTERVAL_NANOS);
        stuckCpu = jvm.cpuNanos(part.thread());
        stuckCollected = jvm.collectedNanos();
    }

    private @Nullable Standstill standstill(long now, long awake, boolean isInStep) {
        if (missingSince != NONE && awake - missingSince > WAKE_UP_NANOS) {
            return measured(Sign.NO_TURN, now, awake);
        }
        long stuck = now - stuckSince;
        if (stuck > WAKE_UP_NANOS && hasEnded(part.thread())) {
            return measured(Sign.NO_THREAD, now, awake);
        }
        if (stuck <= part.limitNanos() || (!isInStep && part.waiting() == 0)) {
            return null;
        }
        Standstill found = measured(isInStep ? Sign.IN_STEP : Sign.NO_STEP, now, awake);
        return awake - stuckAwake > part.limitNanos() || found.isCollecting() ? found : null;
    }

    private static boolean hasEnded(@Nullable Thread thread) {
        return thread != null && thread.getState() == Thread.State.TERMINATED;
    }

    private Standstill measured(Sign sign, long now, long awake) {
        long stuck = now - stuckSince;
        long cpu = jvm.cpuNanos(part.thread());
        return new Standstill(
                sign,
                stuck,
                Math.max(0, stuck - (awake - stuckAwake)),
                cpu < 0 || stuckCpu < 0 ? Standstill.UNKNOWN : cpu - stuckCpu,
                jvm.collectedNanos() - stuckCollected);
    }
}
