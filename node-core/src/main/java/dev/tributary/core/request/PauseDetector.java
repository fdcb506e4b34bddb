package dev.tributary.core.request;

import dev.tributary.core.value.TimeSource;
import java.time.Duration;

/**
 * Detects that the node did not run for a while: the machine slept, so that its monotonic clock stood still, or the
 * process was suspended, so that it was not asked for long. Not safe for use from several threads.
 */
public final class PauseDetector {

    /** Minimum length of a sleep of the machine that counts: shorter ones are within the delays of a loaded machine. */
    private static final Duration MIN_SLEEP = Duration.ofSeconds(20);

    /**
     * Minimum time between two ticks that counts: a loaded machine delays them by seconds. What a shorter pause missed is in
     * the sockets, and is read within a second.
     */
    private static final Duration MIN_SILENCE = Duration.ofSeconds(6);

    /** Pause between two ticks while the node runs. */
    public static final Duration INTERVAL = Duration.ofSeconds(2);

    private final TimeSource time;
    private long skewMillis;
    private long tickedAt;
    private boolean ticks;

    public PauseDetector(TimeSource time) {
        this.time = time;
        this.skewMillis = skewMillis();
    }

    /** Whether the node paused since the last call; notes that it runs now. */
    public boolean tick() {
        boolean paused = hasPaused();
        ticks = true;
        tickedAt = time.nanos();
        return paused;
    }

    /** Whether the node paused since the last call or tick. */
    public boolean hasPaused() {
        long skew = skewMillis();
        long now = time.nanos();
        boolean slept = skew - skewMillis > MIN_SLEEP.toMillis();
        boolean suspended = ticks && now - tickedAt > MIN_SILENCE.toNanos();
        skewMillis = skew;
        tickedAt = suspended ? now : tickedAt;
        return slept || suspended;
    }

    /** How far the wall clock is ahead of the monotonic clock: a sleep of the machine adds its length. */
    private long skewMillis() {
        return time.now().toEpochMilli() - time.nanos() / 1_000_000;
    }
}
