package dev.tributary.transport.peer;

import dev.tributary.transport.wire.WireLimits;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;

/**
 * How many bytes of large messages may be on the way, that is, sent and not yet read by the peer. They queue up in the
 * sockets of both sides, where no small message can overtake them: so the window grows while what it lets out comes back
 * in about the shortest time seen, and shrinks when that takes longer. Used on the link's event loop only.
 */
final class Window {

    /** At least this much is on the way: on a path of 100 ms it makes 2.6 MB/s. */
    static final int LEAST = 4 * WireLimits.REPORT;

    /** At most this much is on the way: on a path of 100 ms it makes 84 MB/s. */
    static final int MOST = 8 * 1024 * 1024;

    // What large messages may add to the time of small ones: this, or half a round trip where that is more.
    private static final long TOLERATED_NANOS = 500_000;

    // Until the window is too large for the first time it doubles with each round trip, then it feels its way.
    private static final int SLOWLY = 16;

    private final LongSupplier nanos;
    private final Queue<Mark> marks = new ArrayDeque<>();
    private long size = LEAST;
    private long sent;
    private long received;
    private long shrunkAt;
    private long shortest = Long.MAX_VALUE;

    /** @param nanos a clock that never goes back */
    Window(LongSupplier nanos) {
        this.nanos = nanos;
    }

    boolean open() {
        return sent - received < size;
    }

    /** The bytes that may be on the way. */
    long size() {
        return size;
    }

    void sent(int bytes) {
        sent += bytes;
        marks.add(new Mark(sent, nanos.getAsLong()));
    }

    /** The peer has read so many bytes more. Returns false if it cannot have. */
    boolean received(long bytes) {
        if (bytes > sent - received) {
            return false;
        }
        boolean full = !open();
        received += bytes;
        Mark last = null;
        for (Mark mark = marks.peek(); mark != null && mark.end <= received; mark = marks.peek()) {
            last = marks.remove();
        }
        if (last != null) {
            adapt(bytes, nanos.getAsLong() - last.at, full);
        }
        return true;
    }

    private void adapt(long bytes, long took, boolean full) {
        shortest = Math.min(shortest, took);
        if (took <= shortest + Math.max(TOLERATED_NANOS, shortest / 2)) {
            size = full ? Math.min(MOST, size + (shrunkAt == 0 ? bytes : bytes / SLOWLY)) : size;
        } else if (received >= shrunkAt) {
            // Once for all that is on the way: it has seen the old size only.
            size = Math.max(LEAST, size * 3 / 4);
            shrunkAt = sent;
        }
    }

    private record Mark(long end, long at) {}
}
