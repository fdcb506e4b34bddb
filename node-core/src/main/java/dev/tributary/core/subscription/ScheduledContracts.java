package dev.tributary.core.subscription;

import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import reactor.core.scheduler.Scheduler;

/** Contracts with a scheduled task, each with its due time; one task at a time per contract. Thread-safe. */
final class ScheduledContracts {

    private final TimeSource time;
    private final WorkSignal signal;
    private final TreeSet<Entry> byDueTime =
            new TreeSet<>(Comparator.<Entry>comparingLong(Entry::dueAt).thenComparingLong(Entry::sequence));
    private final Map<ContractInstanceId, Entry> entries = new HashMap<>();
    private final Set<ContractInstanceId> running = new HashSet<>();
    private long nextSequence;

    /** @param timer the scheduler on which the worker of these tasks wakes up */
    ScheduledContracts(TimeSource time, Scheduler timer) {
        this.time = time;
        this.signal = new WorkSignal(timer);
    }

    /** Signalled when a task was added or has ended. */
    WorkSignal signal() {
        return signal;
    }

    /** Schedules the contract's task after the delay; an earlier due time that is already scheduled stays. */
    void schedule(ContractInstanceId id, Duration delay) {
        synchronized (this) {
            Entry entry = new Entry(id, time.nanos() + delay.toNanos(), nextSequence++);
            Entry scheduled = entries.get(id);
            if (scheduled != null && scheduled.dueAt - entry.dueAt <= 0) {
                return;
            }
            cancel(id);
            entries.put(id, entry);
            byDueTime.add(entry);
        }
        signal.signal();
    }

    /** Cancels the scheduled task; a running one is not affected. */
    synchronized void cancel(ContractInstanceId id) {
        Entry entry = entries.remove(id);
        if (entry != null) {
            byDueTime.remove(entry);
        }
    }

    /** Takes the next due contract; it counts as running until its {@link #complete}. */
    synchronized Optional<ContractInstanceId> take() {
        long now = time.nanos();
        Optional<Entry> first = first().filter(entry -> entry.dueAt - now <= 0);
        first.ifPresent(entry -> {
            cancel(entry.id);
            running.add(entry.id);
        });
        return first.map(Entry::id);
    }

    /** Marks the contract's task as ended. */
    void complete(ContractInstanceId id) {
        synchronized (this) {
            running.remove(id);
        }
        signal.signal();
    }

    /** Time until the next task is due, or empty if none is scheduled. */
    synchronized Optional<Duration> untilNextDue() {
        long now = time.nanos();
        return first().map(entry -> Duration.ofNanos(Math.max(0, entry.dueAt - now)));
    }

    /** Number of tasks that are running, or due and not yet started. */
    synchronized int pending() {
        long now = time.nanos();
        return running.size()
                + (int) byDueTime.stream()
                        .takeWhile(entry -> entry.dueAt - now <= 0)
                        .count();
    }

    private Optional<Entry> first() {
        return byDueTime.stream().filter(entry -> !running.contains(entry.id)).findFirst();
    }

    private record Entry(ContractInstanceId id, long dueAt, long sequence) {}
}
