package dev.tributary.core.request;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * Runs work on the same key one at a time, in the order of subscription; different keys run independently. A key takes
 * memory only while work on it runs or waits. Safe to use from any thread.
 *
 * <p>The key is free before the outcome is emitted, so the outcome of the next work may be heard first: what must be seen
 * in the order of the works belongs into the work.
 */
public final class KeyedMutex<K> {

    /** The holder of each key's lock, which is the head of its queue, and the waiters behind it. */
    private final Map<K, Deque<Sinks.Empty<Void>>> queues = new HashMap<>();

    /** Waiters that have got the lock; one thread at a time signals them, one after the other. */
    private final Queue<Sinks.Empty<Void>> granted =
            Queues.<Sinks.Empty<Void>>unboundedMultiproducer().get();

    private final AtomicInteger grantedCount = new AtomicInteger();

    /** Runs the work while it holds the key's lock, which is released on completion, error and cancellation. */
    public <T> Mono<T> runExclusively(K key, Mono<T> work) {
        return Mono.using(() -> enqueue(key), waiter -> waiter.asMono().then(work), waiter -> release(key, waiter));
    }

    /** Number of keys with work that runs or waits. */
    public synchronized int activeKeys() {
        return queues.size();
    }

    private synchronized Sinks.Empty<Void> enqueue(K key) {
        Sinks.Empty<Void> waiter = Sinks.empty();
        Deque<Sinks.Empty<Void>> queue = queues.computeIfAbsent(key, unused -> new ArrayDeque<>(2));
        queue.add(waiter);
        if (waiter.equals(queue.peek())) {
            waiter.tryEmitEmpty();
        }
        return waiter;
    }

    /** Grants the lock in a loop: work that fails at once releases it within the grant, which must not recurse. */
    private void release(K key, Sinks.Empty<Void> waiter) {
        Sinks.Empty<Void> next = remove(key, waiter);
        if (next == null) {
            return;
        }
        granted.add(next);
        if (grantedCount.getAndIncrement() == 0) {
            do {
                Objects.requireNonNull(granted.poll()).tryEmitEmpty();
            } while (grantedCount.decrementAndGet() != 0);
        }
    }

    /** Removes a waiter, and returns the waiter that gets the lock by that, or null. */
    private synchronized Sinks.@Nullable Empty<Void> remove(K key, Sinks.Empty<Void> waiter) {
        Deque<Sinks.Empty<Void>> queue = queues.get(key);
        if (queue == null) {
            return null;
        }
        boolean heldLock = waiter.equals(queue.peek());
        queue.remove(waiter);
        if (queue.isEmpty()) {
            queues.remove(key);
            return null;
        }
        return heldLock ? queue.peek() : null;
    }
}
