package dev.tributary.transport.peer;

import java.time.Duration;

/**
 * How long a link is not read after a message that was expensive to decode. Code is hashed, which takes 25 times as
 * long as copying a state of the same size; a peer that sends nothing but code would otherwise use all processors.
 */
final class DecodeCost {

    /** Bytes that are copied in a microsecond on a slow machine. */
    private static final long BYTES_PER_MICROSECOND = 2_000;

    /** The pause, as a multiple of the time that decoding took beyond copying: one link uses an eighth of a thread. */
    private static final int PAUSE_FACTOR = 7;

    private static final Duration MAX_PAUSE = Duration.ofSeconds(2);

    private DecodeCost() {}

    /** Returns the pause after a message of this size that took this time; zero if it was cheap. */
    static Duration pauseAfter(int size, long nanos) {
        long excess = nanos - 1000L * size / BYTES_PER_MICROSECOND;
        long pause = Math.min(MAX_PAUSE.toNanos(), PAUSE_FACTOR * Math.max(0, excess));
        return Duration.ofMillis(pause / 1_000_000);
    }
}
