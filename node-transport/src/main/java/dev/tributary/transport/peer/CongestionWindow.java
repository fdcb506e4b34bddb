package dev.tributary.transport.peer;

import dev.tributary.transport.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * The congestion window of large messages: the maximum number of bytes in flight, that is, sent and not yet read by the
 * peer. Bytes in flight queue in the sockets of both sides, where small messages cannot overtake them. The window
 * therefore grows while round trips are about as short as the shortest one measured, and shrinks when they take longer.
 * Used on the link's event loop only.
 */
final class CongestionWindow {

    /** Minimum size in bytes: allows 2.6 MB/s at a round trip of 100 ms. */
    static final int MIN_SIZE = 4 * WireLimits.ACKNOWLEDGE_INTERVAL;

    /** Maximum size in bytes: allows 84 MB/s at a round trip of 100 ms. */
    static final int MAX_SIZE = 8 * 1024 * 1024;

    // Tolerated queueing delay of small messages in nanoseconds; half a round trip if that is longer.
    private static final long TOLERATED_NANOS = 500_000;

    // Divisor of the growth after the first shrink: before it, the window doubles with each round trip (slow start).
    private static final int GROWTH_DIVISOR = 16;

    private final LongSupplier nanos;
    private final Queue<Mark> inFlight = new ArrayDeque<>();
    private long size = MIN_SIZE;
    private long onSent;
    private long onAcknowledged;
    private long shrunkAt;
    private long minRoundTrip = Long.MAX_VALUE;

    /** @param nanos a monotonic clock in nanoseconds */
    CongestionWindow(LongSupplier nanos) {
        this.nanos = nanos;
    }

    boolean isOpen() {
        return onSent - onAcknowledged < size;
    }

    /** Returns the maximum number of bytes in flight. */
    long size() {
        return size;
    }

    void onSent(int bytes) {
        onSent += bytes;
        inFlight.add(new Mark(onSent, nanos.getAsLong()));
    }

    /** Handles the peer's report of more bytes read. Returns false if they exceed the bytes in flight. */
    boolean onAcknowledged(long bytes) {
        if (bytes > onSent - onAcknowledged) {
            return false;
        }
        boolean full = !isOpen();
        onAcknowledged += bytes;
        Mark last = null;
        for (Mark mark = inFlight.peek(); mark != null && mark.end <= onAcknowledged; mark = inFlight.peek()) {
            last = inFlight.remove();
        }
        if (last != null) {
            adapt(bytes, nanos.getAsLong() - last.at, full);
        }
        return true;
    }

    private void adapt(long bytes, long roundTrip, boolean full) {
        minRoundTrip = Math.min(minRoundTrip, roundTrip);
        if (roundTrip <= minRoundTrip + Math.max(TOLERATED_NANOS, minRoundTrip / 2)) {
            size = full ? Math.min(MAX_SIZE, size + (shrunkAt == 0 ? bytes : bytes / GROWTH_DIVISOR)) : size;
        } else if (onAcknowledged >= shrunkAt) {
            // At most once per round trip: the bytes in flight were sent with the old size.
            size = Math.max(MIN_SIZE, size * 3 / 4);
            shrunkAt = onSent;
        }
    }

    private record Mark(long end, long at) {}
}
