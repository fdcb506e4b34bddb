package dev.tributary.core.request;

import dev.tributary.core.value.TimeSource;
import java.time.Duration;

/**
 * Detects that the node did not run for a while: the machine slept, so that its monotonic clock stood still, or the
 * process was suspended, so that it did not tick for long. A wall clock that is set looks like a sleep. Each part that
 * depends on it compares {@link #total} with the total of its last look. Safe to use from any thread.
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
    private Duration total = Duration.ZERO;
    private Duration skew;
    private long tickedAt;
    private boolean ticks;

    public PauseDetector(TimeSource time) {
        this.time = time;
        this.skew = skew();
    }

    /** Notes that the node runs. */
    public synchronized void tick() {
        total();
        ticks = true;
        tickedAt = time.nanos();
    }

    /** The time for which the node paused in sum; it has grown if the node paused since the last call. */
    public synchronized Duration total() {
        Duration skewNow = skew();
        Duration slept = skewNow.minus(skew);
        skew = skewNow;
        Duration silence = Duration.ofNanos(ticks ? time.nanos() - tickedAt : 0);
        if (slept.compareTo(MIN_SLEEP) > 0) {
            total = total.plus(slept);
        }
        if (silence.compareTo(MIN_SILENCE) > 0) {
            total = total.plus(silence);
            tickedAt = time.nanos();
        }
        return total;
    }

    /** How far the wall clock is ahead of the monotonic clock: a sleep of the machine adds its length. */
    private Duration skew() {
        return Duration.ofMillis(time.now().toEpochMilli() - time.nanos() / 1_000_000);
    }
}
