package dev.tributary.core.loop.record;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records the events that the loop has handled: the latest of them in a ring, and the times of all of them by kind. It
 * is always on: the loop thread writes without a lock and without an allocation, and any thread may take a copy.
 */
public final class LoopRecorder {

    private final TimeSource time;
    private final @Nullable EventRing ring;
    private final KindTable kinds = new KindTable();

    private LoopRecorder(TimeSource time, @Nullable EventRing ring) {
        this.time = time;
        this.ring = ring;
    }

    /**
     * A recorder.
     *
     * @param capacity number of events in the ring, rounded up to a power of two; with 0 nothing is recorded
     */
    public static LoopRecorder of(TimeSource time, int capacity) {
        int size = Integer.highestOneBit(Math.max(1, capacity - 1)) * 2;
        return new LoopRecorder(time, capacity == 0 ? null : new EventRing(size));
    }

    /**
     * Records an event whose handler has ended. Loop thread only.
     *
     * @param kind the type of the event or message, or its name: one object for each kind
     * @param waitingNanos time from its acceptance to the start of its handler; a negative one counts as 0
     * @param endedNanos when its handler ended, by the monotonic clock
     */
    public void record(
            String source,
            Object kind,
            @Nullable TransactionId transaction,
            @Nullable PeerId peer,
            long waitingNanos,
            long handlingNanos,
            long endedNanos) {
        if (ring == null) {
            return;
        }
        long waiting = Math.max(0, waitingNanos);
        long handling = Math.max(0, handlingNanos);
        KindTimes times = kinds.get(source, kind);
        times.add(waiting, handling);
        ring.write(times.number(), transaction, peer, waiting, handling, endedNanos);
    }

    /** A copy of all that is recorded. Any thread; takes some milliseconds and holds up no other thread. */
    public LoopRecord copy() {
        return copy(Integer.MAX_VALUE, Duration.ofNanos(Long.MAX_VALUE));
    }

    /**
     * A copy with at most this many of the latest events, none older than {@code maxAge}. Any thread.
     *
     * @param maxAge time since the end of the handler
     */
    public LoopRecord copy(int maxEvents, Duration maxAge) {
        if (ring == null) {
            return new LoopRecord(time.now(), 0, 0, List.of(), List.of());
        }
        long now = time.nanos();
        long maxNanos = maxAge.toNanos();
        List<HandledEvent> events = new ArrayList<>();
        if (maxEvents > 0) {
            ring.readBackwards(entry -> {
                long age = Math.max(0, now - entry.endedNanos());
                return age <= maxNanos && events.add(event(entry, age)) && events.size() < maxEvents;
            });
        }
        Collections.reverse(events);
        return new LoopRecord(time.now(), ring.capacity(), ring.written(), events, kinds.snapshot());
    }

    private HandledEvent event(EventRing.Entry entry, long ageNanos) {
        KindTimes kind = kinds.numbered(entry.kind());
        return new HandledEvent(
                Duration.ofNanos(ageNanos),
                kind.source(),
                kind.kind(),
                entry.peer(),
                entry.transaction(),
                Duration.ofNanos(entry.waitingNanos()),
                Duration.ofNanos(entry.handlingNanos()));
    }
}
