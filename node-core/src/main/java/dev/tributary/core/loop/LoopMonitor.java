package dev.tributary.core.loop;

import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A window onto the event loop, cheap enough to be always open: two looks at the clock and a few plain writes an event.
 * The loop thread writes, any thread may read {@link #snapshot()}; a reader may see one event more or less.
 */
final class LoopMonitor {

    private final TimeSource time;
    private final Duration slow;
    private final Duration stall;
    private final Map<NodeEvent.Source, Watch> watches = new EnumMap<>(NodeEvent.Source.class);

    // One writer, so ordered writes are enough; they cost a fraction of volatile ones.
    private final AtomicLong handlingSince = new AtomicLong();
    private final AtomicReference<@Nullable NodeEvent> handling = new AtomicReference<>();
    private final AtomicLong lastEnd = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private volatile String longestEvent = "";
    private final AtomicLong stalls = new AtomicLong();

    /**
     * A monitor that has seen nothing.
     *
     * @param slow a handler that takes longer is reported
     * @param stall a loop that makes no progress for longer, with events waiting or in one handler, is stalled
     */
    LoopMonitor(TimeSource time, Duration slow, Duration stall) {
        this.time = time;
        this.slow = slow;
        this.stall = stall;
        lastEnd.set(time.nanos());
        for (NodeEvent.Source source : NodeEvent.Source.values()) {
            watches.put(source, new Watch());
        }
    }

    /** Says what a sender of this source sends to, to be compared with what the loop receives from. */
    void sendsTo(NodeEvent.Source source, String identity) {
        watch(source).sender = identity;
    }

    void receivesFrom(EventSource<?> source) {
        Watch watch = watch(source.kind());
        watch.receiver = source.channel().identity();
        watch.waiting = source.channel()::waiting;
    }

    void restarted(NodeEvent.Source source) {
        watch(source).restarts.incrementAndGet();
    }

    void begins(NodeEvent event) {
        handlingSince.setRelease(time.nanos());
        handling.setRelease(event);
    }

    void ends(NodeEvent event) {
        long now = time.nanos();
        long took = now - handlingSince.getPlain();
        Watch watch = watch(event.source());
        watch.last.setRelease(now);
        watch.count.setRelease(watch.count.getPlain() + 1);
        handling.setRelease(null);
        lastEnd.setRelease(now);
        if (took > longest.getPlain()) {
            longest.setRelease(took);
            longestEvent = nameOf(event);
        }
        if (took > slow.toNanos()) {
            LoopFlightEvents.slowHandler(nameOf(event), took);
        }
    }

    void threw(NodeEvent event) {
        watch(event.source()).faults.incrementAndGet();
    }

    /** Looks whether the loop makes progress, and reports a stall. Called now and then from outside the loop. */
    void look() {
        LoopSnapshot now = snapshot();
        if (now.state() == LoopSnapshot.State.STALLED) {
            stalls.incrementAndGet();
            LoopFlightEvents.stall(now);
        }
    }

    /** What the loop does, and what each source delivered. */
    LoopSnapshot snapshot() {
        long now = time.nanos();
        NodeEvent current = handling.get();
        Duration busyFor = current == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - handlingSince.get()));
        List<LoopSnapshot.SourceSnapshot> sources = new ArrayList<>();
        int waiting = 0;
        for (Map.Entry<NodeEvent.Source, Watch> each : watches.entrySet()) {
            LoopSnapshot.SourceSnapshot source = each.getValue().snapshot(each.getKey(), now, time);
            waiting += source.waiting();
            sources.add(source);
        }
        Duration sinceEnd = Duration.ofNanos(Math.max(0, now - lastEnd.get()));
        boolean stalled =
                busyFor.compareTo(stall) > 0 || (current == null && waiting > 0 && sinceEnd.compareTo(stall) > 0);
        LoopSnapshot.State state = stalled
                ? LoopSnapshot.State.STALLED
                : current != null || waiting > 0 ? LoopSnapshot.State.BUSY : LoopSnapshot.State.PARKED;
        return new LoopSnapshot(
                state,
                current == null ? null : nameOf(current),
                busyFor,
                Duration.ofNanos(longest.get()),
                longestEvent,
                stalls.get(),
                sources);
    }

    private Watch watch(NodeEvent.Source source) {
        return Objects.requireNonNull(watches.get(source));
    }

    /** The kind of event only: its content does not belong in a status. */
    private static String nameOf(NodeEvent event) {
        return event.getClass().getSimpleName();
    }

    /** What is known of one source. */
    private static final class Watch {

        private volatile @Nullable String sender;
        private volatile @Nullable String receiver;
        private volatile @Nullable IntSupplier waiting;
        private final AtomicLong count = new AtomicLong();
        private final AtomicLong last = new AtomicLong();
        private final AtomicLong restarts = new AtomicLong();
        private final AtomicLong faults = new AtomicLong();

        LoopSnapshot.SourceSnapshot snapshot(NodeEvent.Source source, long now, TimeSource time) {
            long handled = count.getAcquire();
            IntSupplier gauge = waiting;
            Instant lastEvent = handled == 0 ? null : time.now().minusNanos(Math.max(0, now - last.get()));
            return new LoopSnapshot.SourceSnapshot(
                    source.label(),
                    handled,
                    lastEvent,
                    gauge == null ? 0 : gauge.getAsInt(),
                    restarts.get(),
                    faults.get(),
                    sender,
                    receiver);
        }
    }
}
