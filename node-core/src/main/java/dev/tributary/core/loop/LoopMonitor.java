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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A window onto the event loop, cheap enough to be always open: one look at the clock and a few plain writes an event.
 * The loop thread writes, any thread may read {@link #snapshot()}; a reader may see one event more or less.
 */
final class LoopMonitor {

    /** When nothing was seen waiting. */
    private static final long NOT_STUCK = Long.MIN_VALUE;

    private static final Logger log = LoggerFactory.getLogger(LoopMonitor.class);

    private final TimeSource time;
    private final long slow;
    private final long stall;
    private final Map<NodeEvent.Source, Watch> watches = new EnumMap<>(NodeEvent.Source.class);

    // One writer, so ordered writes are enough; they cost a fraction of volatile ones.
    private final AtomicReference<@Nullable NodeEvent> handling = new AtomicReference<>();
    private final AtomicLong since = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private volatile String longestEvent = "";

    // Written by whoever looks.
    private final AtomicLong stalls = new AtomicLong();
    private volatile long stuckSince = NOT_STUCK;
    private volatile long stuckAt;

    /**
     * A monitor that has seen nothing.
     *
     * @param slow a handler that takes longer is reported
     * @param stall a loop that makes no progress for longer, with events waiting or in one handler, is stalled
     */
    LoopMonitor(TimeSource time, Duration slow, Duration stall) {
        this.time = time;
        this.slow = slow.toNanos();
        this.stall = stall.toNanos();
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

    /** The loop has work again. What follows without another word begins where the one before it ended. */
    void resumes() {
        since.setRelease(time.nanos());
    }

    void begins(NodeEvent event) {
        handling.setRelease(event);
    }

    void ends(NodeEvent event) {
        long now = time.nanos();
        long took = now - since.getPlain();
        Watch watch = watch(event.source());
        watch.last.setRelease(now);
        watch.count.setRelease(watch.count.getPlain() + 1);
        handling.setRelease(null);
        since.setRelease(now);
        if (took > longest.getPlain()) {
            longest.setRelease(took);
            longestEvent = nameOf(event);
        }
        if (took > slow) {
            LoopFlightEvents.slowHandler(nameOf(event), took);
        }
    }

    void threw(NodeEvent event) {
        watch(event.source()).faults.incrementAndGet();
    }

    /**
     * Looks whether the loop makes progress, and reports a stall. Called now and then from outside the loop, on one
     * thread: that events wait without progress shows only from one look to the next.
     */
    void look() {
        LoopSnapshot now = snapshot();
        if (now.state() == LoopSnapshot.State.STALLED) {
            stalls.incrementAndGet();
            LoopFlightEvents.stall(now);
            log.warn(
                    "loop=stalled handling={} since-ms={}",
                    now.handling(),
                    now.handlingFor().toMillis());
        } else if (now.waiting() == 0) {
            stuckSince = NOT_STUCK;
        } else if (stuckSince == NOT_STUCK || stuckAt != now.handled()) {
            stuckAt = now.handled();
            stuckSince = time.nanos();
        }
    }

    /** What the loop does, and what each source delivered. */
    LoopSnapshot snapshot() {
        long now = time.nanos();
        NodeEvent current = handling.get();
        long busyFor = current == null ? 0 : Math.max(0, now - since.get());
        List<LoopSnapshot.SourceSnapshot> sources = new ArrayList<>();
        watches.forEach((source, watch) -> sources.add(watch.snapshot(source, now, time)));
        LoopSnapshot snapshot = new LoopSnapshot(
                LoopSnapshot.State.PARKED,
                current == null ? null : nameOf(current),
                Duration.ofNanos(busyFor),
                Duration.ofNanos(longest.get()),
                longestEvent,
                stalls.get(),
                sources);
        boolean working = current != null || snapshot.waiting() > 0;
        boolean stalled = busyFor > stall || stuck(snapshot, now);
        return snapshot.in(
                stalled ? LoopSnapshot.State.STALLED : working ? LoopSnapshot.State.BUSY : LoopSnapshot.State.PARKED);
    }

    /** Events wait, they waited when somebody looked before, and none was handled since. */
    private boolean stuck(LoopSnapshot snapshot, long now) {
        long from = stuckSince;
        return from != NOT_STUCK && snapshot.waiting() > 0 && snapshot.handled() == stuckAt && now - from > stall;
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
