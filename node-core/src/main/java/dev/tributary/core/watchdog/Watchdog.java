package dev.tributary.core.watchdog;

import dev.tributary.core.error.FatalErrors;
import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.value.NodeEvent.PartStalled;
import dev.tributary.core.value.TimeSource;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples the parts of a node on a thread of its own, and reports each that stands still, once. A sample of parts that
 * make progress allocates nothing. It measures how long it was kept from its own work, so that a suspended machine or a
 * pause of the whole process is no fault of a handler.
 */
public final class Watchdog implements AutoCloseable {

    /** Interval in nanoseconds between two samples, and so the delay of a report: a shorter one costs idle nodes too much. */
    static final long INTERVAL_NANOS = 40_000_000;

    /** Interval in nanoseconds while a part has work and makes no progress. */
    private static final long SUSPECT_INTERVAL_NANOS = 6_000_000;

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final Jvm jvm;
    private final Diagnosis diagnosis;
    private final TimeSource time;
    private final Consumer<PartStalled> onStall;
    private final AwakeClock clock;
    private final StallCounts counts = new StallCounts();
    private final Thread thread = new Thread(this::watch, "tributary-watchdog");
    private volatile PartWatch[] parts = {};
    private volatile boolean closed;

    /** A watchdog that does not run; {@code onStall} is called on its thread. */
    public Watchdog(TimeSource time, Consumer<PartStalled> onStall) {
        this(time, onStall, new RunningJvm());
    }

    Watchdog(TimeSource time, Consumer<PartStalled> onStall, Jvm jvm) {
        this.jvm = jvm;
        this.diagnosis = new Diagnosis(jvm);
        this.time = time;
        this.onStall = onStall;
        this.clock = new AwakeClock(time.nanos(), jvm.collectedNanos());
        thread.setDaemon(true);
    }

    /** Starts the thread. At most once. */
    public void start() {
        thread.start();
    }

    /** Watches this part too. Any thread. */
    public synchronized void add(Watched part) {
        PartWatch[] more = Arrays.copyOf(parts, parts.length + 1);
        more[parts.length] = new PartWatch(part, jvm);
        parts = more;
    }

    /** Ends the thread; the last sample may still be under way. Any thread. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** What was found so far, and what stands still now. Any thread. */
    public StallStatus status() {
        List<PartStalled> current = Arrays.stream(parts)
                .map(PartWatch::stall)
                .filter(Objects::nonNull)
                .toList();
        return counts.status(current);
    }

    private void watch() {
        long interval = INTERVAL_NANOS;
        while (!closed) {
            LockSupport.parkNanos(this, interval);
            interval = sample(interval) ? SUSPECT_INTERVAL_NANOS : INTERVAL_NANOS;
        }
    }

    /** Samples all parts after a pause of this length; returns whether one of them is suspect. */
    boolean sample(long pause) {
        long now = time.nanos();
        boolean wasSuspended = clock.advance(now, pause, jvm.collectedNanos());
        boolean isSuspect = false;
        for (PartWatch part : parts) {
            if (wasSuspended) {
                part.forget(now);
            }
            isSuspect |= isSuspect(part, now);
        }
        return isSuspect;
    }

    /** A sample that fails must not end the thread. */
    private boolean isSuspect(PartWatch watch, long now) {
        try {
            @Nullable Standstill still = watch.sample(now, clock.awake());
            if (still != null) {
                onStandstill(watch, still);
            }
            return watch.isSuspect();
        } catch (RuntimeException | Error failure) {
            FatalErrors.report(failure);
            failures.warn(
                    failure, "sample of a part failed part={}", watch.part().name());
            return false;
        }
    }

    private void onStandstill(PartWatch watch, Standstill still) {
        Watched part = watch.part();
        if (still.sign() == Standstill.Sign.NO_TURN) {
            watch.forgetMissingWakeUp();
            // The thread that hands the work over may just be kept from running.
            if (jvm.isInside(part.askers()) || !part.isWakeUpMissing()) {
                return;
            }
        }
        PartStalled stall = diagnosis.of(part, still);
        if (still.sign() == Standstill.Sign.NO_TURN) {
            part.repairWakeUp();
        } else {
            watch.setStall(stall);
        }
        counts.add(stall.verdict());
        onStall.accept(stall);
    }
}
