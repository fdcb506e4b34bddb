package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Limits how many inbound handshakes are started at once, in all and for one source. An arrival is silent until its
 * first bytes come, then waits for a start. Silent arrivals beyond the limit evict the oldest one; arrivals that cannot
 * wait are refused; what is started is finished, unless it takes several times as long as usual while others wait. So a
 * herd of honest peers is served as fast as the processor allows, and connections that stall do not block it. Safe for
 * any thread.
 */
final class InboundHandshakes {

    /** Limit of silent arrivals, and of waiting ones, as a multiple of the limit of starts: they cost little. */
    private static final int QUEUE_FACTOR = 4;

    /** Share of the starts, and of the waiting arrivals, that one source may use. */
    private static final int SOURCE_SHARE = 4;

    /** Minimum of the starts of one source: the share of a small limit would be one or two. */
    private static final int MIN_PER_SOURCE = 16;

    /** A handshake is late after this multiple of the usual time, and at least after {@link #MIN_LATE}. */
    private static final int LATE_FACTOR = 4;

    private static final Duration MIN_LATE = Duration.ofSeconds(1);

    /** Weight of the latest handshake in the average. */
    private static final double WEIGHT = 0.1;

    /** Pause between two checks for late handshakes while arrivals wait. */
    private static final Duration CHECK_PAUSE = Duration.ofMillis(100);

    private static final CloseReason BUSY = new CloseReason(
            CloseReason.Kind.LIMIT_REACHED, "too many handshakes in progress, in all or of this address");

    private final int limit;
    private final int perSource;
    private final Scheduler timer;
    private final Disposable.Swap check = Disposables.swap();
    private final Set<Arrival> silent = new LinkedHashSet<>();
    private final Set<Arrival> waiting = new LinkedHashSet<>();

    /** Started handshakes, with the time of the start. */
    private final Map<Arrival, Long> running = new LinkedHashMap<>();

    private double usualNanos;
    private boolean checking;
    private @Nullable CloseReason closed;

    InboundHandshakes(int limit, Scheduler timer) {
        this.limit = limit;
        this.perSource = Math.max(Math.min(limit, MIN_PER_SOURCE), limit / SOURCE_SHARE);
        this.timer = timer;
    }

    /** Adds an arrival that has sent nothing yet. */
    void add(Arrival arrival) {
        Optional<Arrival> refused;
        CloseReason reason;
        synchronized (this) {
            reason = closed == null ? BUSY : closed;
            refused = closed == null ? addSilent(arrival) : Optional.of(arrival);
        }
        refused.ifPresent(each -> each.refuse(reason));
    }

    /** Returns the silent arrival that must leave: the oldest of a source with too many, else the oldest of all. */
    private Optional<Arrival> addSilent(Arrival arrival) {
        silent.add(arrival);
        boolean sourceIsFull = count(silent, arrival.source()) > (long) QUEUE_FACTOR * perSource;
        if (!sourceIsFull && silent.size() <= QUEUE_FACTOR * limit) {
            return Optional.empty();
        }
        Optional<Arrival> oldest =
                first(silent, each -> !sourceIsFull || each.source().equals(arrival.source()));
        oldest.ifPresent(silent::remove);
        return oldest;
    }

    /** The arrival has sent its first bytes: starts it, lets it wait, or refuses it. */
    void onFirstBytes(Arrival arrival) {
        boolean isRefused;
        synchronized (this) {
            boolean isSilent = silent.remove(arrival);
            isRefused = isSilent && !canWait(arrival);
            if (isSilent && !isRefused) {
                waiting.add(arrival);
            }
        }
        if (isRefused) {
            arrival.refuse(BUSY);
        }
        startWaiting();
    }

    private boolean canWait(Arrival arrival) {
        return waiting.size() < QUEUE_FACTOR * limit
                && count(waiting, arrival.source()) < (long) QUEUE_FACTOR * perSource;
    }

    /** The handshake succeeded: its duration counts for what is usual. */
    synchronized void onConfirmed(Arrival arrival) {
        Long since = running.get(arrival);
        if (since != null) {
            double nanos = now() - since;
            usualNanos = usualNanos == 0 ? nanos : usualNanos + WEIGHT * (nanos - usualNanos);
        }
    }

    /** The handshake has ended in any way. */
    void remove(Arrival arrival) {
        synchronized (this) {
            silent.remove(arrival);
            waiting.remove(arrival);
            running.remove(arrival);
        }
        startWaiting();
    }

    private void startWaiting() {
        List<Arrival> started = new ArrayList<>();
        synchronized (this) {
            Optional<Arrival> next = nextToStart();
            while (next.isPresent()) {
                waiting.remove(next.get());
                running.put(next.get(), now());
                started.add(next.get());
                next = nextToStart();
            }
            scheduleCheck();
        }
        started.forEach(Arrival::start);
    }

    private Optional<Arrival> nextToStart() {
        return running.size() >= limit
                ? Optional.empty()
                : first(waiting, each -> count(running.keySet(), each.source()) < perSource);
    }

    private void scheduleCheck() {
        if (!checking && !waiting.isEmpty() && closed == null) {
            checking = true;
            check.replace(timer.schedule(this::refuseLate, CHECK_PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    /** Refuses late handshakes, one for each arrival that waits: of its source, or else of the source with most. */
    private void refuseLate() {
        List<Arrival> late = new ArrayList<>();
        synchronized (this) {
            checking = false;
            for (Arrival each : waiting) {
                oldestLate(each).ifPresent(oldest -> {
                    running.remove(oldest);
                    late.add(oldest);
                });
            }
            scheduleCheck();
        }
        late.forEach(each -> each.refuse(
                new CloseReason(CloseReason.Kind.HANDSHAKE_TIMEOUT, "the handshake takes too long while others wait")));
        if (!late.isEmpty()) {
            startWaiting();
        }
    }

    /** The oldest running handshake that makes room for this arrival, if it is late. */
    private Optional<Arrival> oldestLate(Arrival arrival) {
        long late = now() - lateAfterNanos();
        boolean isAnyLate = running.values().stream().anyMatch(since -> since - late < 0);
        if (!isAnyLate) {
            return Optional.empty();
        }
        String source = count(running.keySet(), arrival.source()) >= perSource ? arrival.source() : busiestSource();
        return first(
                running.keySet(), each -> each.source().equals(source) && running.getOrDefault(each, late) - late < 0);
    }

    private long lateAfterNanos() {
        return Math.max(MIN_LATE.toNanos(), (long) (LATE_FACTOR * usualNanos));
    }

    private String busiestSource() {
        Map<String, Integer> counts = new HashMap<>();
        running.keySet().forEach(each -> counts.merge(each.source(), 1, Integer::sum));
        return counts.entrySet().stream()
                .max(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElse("");
    }

    private static long count(Set<Arrival> arrivals, String source) {
        return arrivals.stream().filter(each -> each.source().equals(source)).count();
    }

    private static Optional<Arrival> first(Set<Arrival> arrivals, Predicate<Arrival> matches) {
        return arrivals.stream().filter(matches).findFirst();
    }

    private long now() {
        return timer.now(TimeUnit.NANOSECONDS);
    }

    synchronized int count() {
        return silent.size() + waiting.size() + running.size();
    }

    /** Refuses all handshakes in progress, and all that are added later. */
    void close(CloseReason reason) {
        List<Arrival> remaining = new ArrayList<>();
        synchronized (this) {
            closed = reason;
            List.of(silent, waiting, running.keySet()).forEach(remaining::addAll);
        }
        check.dispose();
        remaining.forEach(arrival -> arrival.refuse(reason));
    }
}
