package dev.tributary.core.request;

import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A queue of keys to work on, each with its due time. A key is queued at most once, and its work never overlaps: a key
 * that is queued while its work runs becomes due when that work has finished. Thread-safe.
 */
public final class KeyedWorkQueue<K> {

    private final TimeSource time;
    private final WorkSignal signal;

    /** The next work of each key. */
    private final Map<K, QueuedKey<K>> queued = new HashMap<>();

    /** The entries of {@link #queued} that may start when they are due: those whose key is not running. */
    private final TreeSet<QueuedKey<K>> byDueTime = new TreeSet<>();

    private final Set<K> running = new HashSet<>();
    private long nextSequence;

    /** @param signal wakes the worker when a key was queued that may start */
    public KeyedWorkQueue(TimeSource time, WorkSignal signal) {
        this.time = time;
        this.signal = signal;
    }

    /** Wakes the worker of this queue. */
    public WorkSignal signal() {
        return signal;
    }

    /** Queues the key, due after the delay; if the key is queued already, the earlier due time counts. */
    public void schedule(K key, Duration delay) {
        if (enqueue(key, delay)) {
            signal.signal();
        }
    }

    /** Makes the key due after the delay at the latest, if it is queued. */
    public void advance(K key, Duration delay) {
        boolean wake;
        synchronized (this) {
            wake = queued.containsKey(key) && enqueue(key, delay);
        }
        if (wake) {
            signal.signal();
        }
    }

    /** Starts the key's work at once if it is due and not running, else queues it; returns whether it has started. */
    public boolean tryTake(K key, Duration delay) {
        boolean wake;
        synchronized (this) {
            wake = enqueue(key, delay);
            QueuedKey<K> entry = queued.get(key);
            if (!running.contains(key) && entry != null && entry.isDue(time.nanos())) {
                start(key);
                return true;
            }
        }
        if (wake) {
            signal.signal();
        }
        return false;
    }

    /** Queues the key, and returns whether the worker has to look at the queue again. */
    private synchronized boolean enqueue(K key, Duration delay) {
        long dueAt = time.nanos() + delay.toNanos();
        QueuedKey<K> known = queued.get(key);
        if (known != null && known.dueAt() - dueAt <= 0) {
            return false;
        }
        put(key, dueAt);
        return !running.contains(key);
    }

    private void put(K key, long dueAt) {
        cancel(key);
        QueuedKey<K> entry = new QueuedKey<>(key, dueAt, nextSequence++);
        queued.put(key, entry);
        if (!running.contains(key)) {
            byDueTime.add(entry);
        }
    }

    /** Removes the key from the queue; work that runs is not affected. */
    public synchronized void cancel(K key) {
        QueuedKey<K> entry = queued.remove(key);
        if (entry != null) {
            byDueTime.remove(entry);
        }
    }

    /** Removes all matching keys from the queue; work that runs is not affected. */
    public synchronized void cancelIf(Predicate<K> matches) {
        queued.keySet().removeIf(matches);
        byDueTime.removeIf(entry -> matches.test(entry.key()));
    }

    /** Starts the work that has been due for the longest time; its key is blocked until {@link #finish}. */
    public synchronized Optional<K> take() {
        if (byDueTime.isEmpty() || !byDueTime.first().isDue(time.nanos())) {
            return Optional.empty();
        }
        K key = byDueTime.first().key();
        start(key);
        return Optional.of(key);
    }

    private void start(K key) {
        cancel(key);
        running.add(key);
    }

    /** Ends the work of the key. */
    public void finish(K key) {
        finish(key, Duration.ZERO);
    }

    /** Ends the work of the key; if the key is queued again, it is due after the pause at the earliest. */
    public void finish(K key, Duration pause) {
        synchronized (this) {
            QueuedKey<K> next = queued.get(key);
            if (!running.remove(key) || next == null) {
                return;
            }
            long earliest = time.nanos() + pause.toNanos();
            put(key, next.dueAt() - earliest > 0 ? next.dueAt() : earliest);
        }
        signal.signal();
    }

    /** Whether work of the key has started and not ended. */
    public synchronized boolean isRunning(K key) {
        return running.contains(key);
    }

    /** Time until a key is due that may start; empty if there is none. */
    public synchronized Optional<Duration> timeUntilNext() {
        return byDueTime.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, byDueTime.first().dueAt() - time.nanos())));
    }

    /** Number of keys whose work runs, plus number of keys that are queued. */
    public synchronized int size() {
        return running.size() + queued.size();
    }

    /** Number of keys whose work runs, plus number of other keys that are due. */
    public synchronized int pending() {
        long now = time.nanos();
        return running.size()
                + (int) byDueTime.stream().takeWhile(entry -> entry.isDue(now)).count();
    }
}
