package dev.tributary.core.operation;

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

/** Contracts for which something is to be done, each at its time, and never twice at once. Safe to use from any thread. */
final class Agenda {

    private final TimeSource time;
    private final Wake wake;
    private final TreeSet<Entry> order =
            new TreeSet<>(Comparator.<Entry>comparingLong(Entry::at).thenComparingLong(Entry::added));
    private final Map<ContractInstanceId, Entry> entries = new HashMap<>();
    private final Set<ContractInstanceId> underWay = new HashSet<>();
    private long added;

    /** @param timer where those wake up who work it off */
    Agenda(TimeSource time, Scheduler timer) {
        this.time = time;
        this.wake = new Wake(timer);
    }

    /** Rings when something was added or has ended. */
    Wake wake() {
        return wake;
    }

    /** To be done this long from now, or sooner if that was said before. */
    void add(ContractInstanceId id, Duration delay) {
        synchronized (this) {
            Entry entry = new Entry(id, time.nanos() + delay.toNanos(), added++);
            Entry before = entries.get(id);
            if (before != null && before.at - entry.at <= 0) {
                return;
            }
            remove(id);
            entries.put(id, entry);
            order.add(entry);
        }
        wake.ring();
    }

    /** Not to be done any more; what is under way ends by itself. */
    synchronized void remove(ContractInstanceId id) {
        Entry entry = entries.remove(id);
        if (entry != null) {
            order.remove(entry);
        }
    }

    /** What is to be done now: under way until its {@link #end}. */
    synchronized Optional<ContractInstanceId> take() {
        long now = time.nanos();
        Optional<Entry> first = first().filter(entry -> entry.at - now <= 0);
        first.ifPresent(entry -> {
            remove(entry.id);
            underWay.add(entry.id);
        });
        return first.map(Entry::id);
    }

    void end(ContractInstanceId id) {
        synchronized (this) {
            underWay.remove(id);
        }
        wake.ring();
    }

    /** How long until there is something to take, or empty if there is nothing. */
    synchronized Optional<Duration> next() {
        long now = time.nanos();
        return first().map(entry -> Duration.ofNanos(Math.max(0, entry.at - now)));
    }

    /** How much is under way, or due and not begun. */
    synchronized int busy() {
        long now = time.nanos();
        return underWay.size()
                + (int) order.stream().takeWhile(entry -> entry.at - now <= 0).count();
    }

    private Optional<Entry> first() {
        return order.stream().filter(entry -> !underWay.contains(entry.id)).findFirst();
    }

    private record Entry(ContractInstanceId id, long at, long added) {}
}
