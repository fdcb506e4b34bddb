package dev.tributary.core.loop;

import dev.tributary.core.loop.record.LoopRecord;
import dev.tributary.core.loop.record.LoopRecorder;
import dev.tributary.core.loop.record.RecordLines;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the event loop, cheaply enough to be always on: one clock read and a few plain writes per event. The loop
 * thread writes, any thread may read {@link #snapshot()} and {@link #recorder()}; a reader may see one event more or
 * less.
 */
public final class LoopMonitor {

    /** Value of {@link #stuckSince} while no queued event was seen without progress. */
    private static final long NOT_STUCK = Long.MIN_VALUE;

    private static final Logger log = LoggerFactory.getLogger(LoopMonitor.class);

    private final TimeSource time;
    private final long slowNanos;
    private final long stallNanos;
    private final LoopRecorder recorder;
    private final Map<LoopEvent.Source, SourceStatistics> statistics = new EnumMap<>(LoopEvent.Source.class);

    // Written by the loop thread only, so ordered writes are enough; they are much cheaper than volatile ones.
    private final AtomicReference<@Nullable LoopEvent> handling = new AtomicReference<>();
    private final AtomicLong since = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private volatile String longestEvent = "";
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

    // Written by the thread that samples.
    private final AtomicLong stalls = new AtomicLong();
    private volatile long stuckSince = NOT_STUCK;
    private volatile long stuckAt;
    private volatile boolean isStallReported;
    private volatile @Nullable LoopRecord lastStall;

    /** A monitor that keeps no events. */
    public LoopMonitor(TimeSource time, Duration slow, Duration stall) {
        this(time, slow, stall, LoopRecorder.of(time, 0));
    }

    /**
     * A monitor without any recorded event.
     *
     * @param slow a handler that takes longer is reported
     * @param stall a loop that makes no progress for longer, with queued events or in one handler, is stalled
     * @param recorder keeps the latest events
     */
    public LoopMonitor(TimeSource time, Duration slow, Duration stall, LoopRecorder recorder) {
        this.time = time;
        this.slowNanos = slow.toNanos();
        this.stallNanos = stall.toNanos();
        this.recorder = recorder;
        for (LoopEvent.Source source : LoopEvent.Source.values()) {
            statistics.put(source, new SourceStatistics());
        }
    }

    /** Records the channel that this source's senders use, to be compared with the one that the loop receives from. */
    public void registerSender(LoopEvent.Source source, String identity) {
        statisticsOf(source).registerSender(identity);
    }

    void registerReceiver(EventSource<?> source) {
        statisticsOf(source.kind()).registerReceiver(source);
    }

    void onFlowRestart(LoopEvent.Source source) {
        statisticsOf(source).recordRestart();
    }

    /** A batch begins. Within a batch, each handler's time starts where the one before it ended. */
    void onBatchStart() {
        thread.setRelease(Thread.currentThread());
        since.setRelease(time.nanos());
    }

    void onHandlerStart(LoopEvent event) {
        handling.setRelease(event);
    }

    void onHandlerEnd(LoopEvent event) {
        long now = time.nanos();
        long began = since.getPlain();
        long elapsed = now - began;
        SourceStatistics source = statisticsOf(event.source());
        source.recordHandled(now);
        recorder.record(
                event.source().label(),
                event.recordedKind(),
                event.transaction(),
                event.peer(),
                source.waitedUntil(began),
                elapsed,
                now);
        handling.setRelease(null);
        since.setRelease(now);
        if (elapsed > longest.getPlain()) {
            longest.setRelease(elapsed);
            longestEvent = event.name();
        }
        if (elapsed > slowNanos) {
            SlowHandlerFlightEvent.record(event.name(), elapsed);
        }
    }

    void onHandlerFailed(LoopEvent event) {
        statisticsOf(event.source()).recordFault();
    }

    /** The event that is being handled; null between two. */
    @Nullable
    LoopEvent handling() {
        return handling.get();
    }

    /** When the handler that runs began, in nanoseconds of the clock. */
    long handlingSince() {
        return since.get();
    }

    /** The thread of the latest batch; null before the first. */
    @Nullable
    Thread thread() {
        return thread.get();
    }

    /** Number of handled events of the source. */
    long handled(LoopEvent.Source source) {
        return statisticsOf(source).handled();
    }

    /**
     * Samples the loop's progress and reports a stall. Called periodically, on one thread outside the loop: queued
     * events without progress are detected only between two samples.
     */
    public void sample() {
        LoopSnapshot now = snapshot();
        if (now.state() == LoopSnapshot.State.STALLED) {
            stalls.incrementAndGet();
            StallFlightEvent.record(now);
            log.warn(
                    "loop stalled handling={} since-ms={}",
                    now.handling(),
                    now.handlingFor().toMillis());
            reportLatestEvents();
            return;
        }
        isStallReported = false;
        if (now.waiting() == 0) {
            stuckSince = NOT_STUCK;
        } else if (stuckSince == NOT_STUCK || stuckAt != now.handled()) {
            stuckAt = now.handled();
            stuckSince = time.nanos();
        }
    }

    /** Once for each stall, as one entry of the log. */
    private void reportLatestEvents() {
        if (!isStallReported) {
            isStallReported = true;
            LoopRecord latest = recorder.copy();
            lastStall = latest;
            if (latest.recorded() > 0) {
                log.warn("last events before the stall{}", RecordLines.of(latest));
            }
        }
    }

    /** The recorder of the loop, whose copy tells what the loop has done lately. */
    public LoopRecorder recorder() {
        return recorder;
    }

    /** The loop's state, and the counters of each source. */
    public LoopSnapshot snapshot() {
        long now = time.nanos();
        LoopEvent current = handling.get();
        long busyFor = current == null ? 0 : Math.max(0, now - since.get());
        List<LoopSnapshot.SourceSnapshot> sources = new ArrayList<>();
        statistics.forEach((source, counters) -> sources.add(counters.snapshot(source, now, time)));
        LoopSnapshot snapshot = new LoopSnapshot(
                LoopSnapshot.State.PARKED,
                current == null ? null : current.name(),
                Duration.ofNanos(busyFor),
                Duration.ofNanos(longest.get()),
                longestEvent,
                stalls.get(),
                sources,
                lastStall);
        boolean isBusy = current != null || snapshot.waiting() > 0;
        boolean isStalled = busyFor > stallNanos || isStuck(snapshot, now);
        return snapshot.withState(
                isStalled ? LoopSnapshot.State.STALLED : isBusy ? LoopSnapshot.State.BUSY : LoopSnapshot.State.PARKED);
    }

    /** Whether events are queued, were queued at an earlier sample, and none was handled since. */
    private boolean isStuck(LoopSnapshot snapshot, long now) {
        long stuckFrom = stuckSince;
        return stuckFrom != NOT_STUCK
                && snapshot.waiting() > 0
                && snapshot.handled() == stuckAt
                && now - stuckFrom > stallNanos;
    }

    private SourceStatistics statisticsOf(LoopEvent.Source source) {
        return Objects.requireNonNull(statistics.get(source));
    }
}
