package dev.tributary.core.subscription;

import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.subscription.SubscriberSink.NumberedUpdate;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.StateDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The subscribers of one contract. A commit only queues its state here; the callback threads offer the queued states to
 * the subscribers in order, one task at a time. When the callback threads lag, the oldest queued states are dropped,
 * and each subscriber counts them as skipped. Safe to use from any thread.
 */
final class ContractSubscribers {

    /** Maximum number of queued states: holds a burst, and keeps subscribers recent. */
    private static final int MAX_QUEUED = 16;

    /** Maximum size of the queued states together, in bytes; the latest state is kept even if it is larger. */
    private static final long MAX_QUEUED_BYTES = 1 << 20;

    /** Maximum pause between searches, in seconds: a new contract is found within about a minute. */
    private static final long MAX_PAUSE_SECONDS = 60;

    private static final Logger log = LoggerFactory.getLogger(ContractSubscribers.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final Scheduler callbacks;
    private final Consumer<SubscriberSink> onFailed;
    private final Set<SubscriberSink> listeners = new LinkedHashSet<>();
    private final Set<SubscriberSink> newcomers = new LinkedHashSet<>();
    private final Deque<Offer> offers = new ArrayDeque<>();
    private final Deque<NumberedUpdate> changes = new ArrayDeque<>();
    private final Sinks.Empty<Void> empty = Sinks.empty();
    private @Nullable List<SubscriberSink> snapshot;
    private @Nullable StateDigest lastDigest;
    private @Nullable Throwable failure;
    private long queuedBytes;
    private long number;
    private boolean held;
    private boolean searched;
    private int failedSearches;
    private boolean taskRunning;

    /**
     * Creates the set without subscribers.
     *
     * @param onFailed called with each subscriber that threw, which must be removed
     */
    ContractSubscribers(Scheduler callbacks, Consumer<SubscriberSink> onFailed) {
        this.callbacks = callbacks;
        this.onFailed = onFailed;
    }

    /** New subscribers that need the state held now; {@code number} is the state's number. */
    record Newcomers(long number, List<SubscriberSink> subscribers) {}

    private record Offer(List<SubscriberSink> to, Consumer<SubscriberSink> signal) {}

    synchronized int size() {
        return listeners.size();
    }

    /** Whether this node is known to hold the contract. */
    synchronized boolean held() {
        return held;
    }

    synchronized void markHeld() {
        held = true;
    }

    /** Records that this node does not hold the contract; true if a search must be started, false if one runs already. */
    synchronized boolean markMissing() {
        boolean starts = held || !searched;
        held = false;
        searched = true;
        return starts;
    }

    /** The pause after one more failed search: doubled each time, with a jitter of a quarter. */
    synchronized Duration nextSearchPause(RandomGenerator random) {
        long seconds = Math.min(MAX_PAUSE_SECONDS, 1L << Math.min(failedSearches++, 30));
        return Duration.ofMillis(seconds * 750 + random.nextLong(seconds * 500 + 1));
    }

    /** Completes when the last subscriber is gone. */
    Mono<Void> whenEmpty() {
        return empty.asMono();
    }

    /** Completes {@link #whenEmpty}. */
    void onEmpty() {
        empty.tryEmitEmpty();
    }

    /** Adds a subscriber; it gets the current state or a later one first. */
    synchronized void add(SubscriberSink listener) {
        listener.startFrom(number);
        listeners.add(listener);
        newcomers.add(listener);
        snapshot = null;
    }

    /** Removes a subscriber; false if it was none. */
    synchronized boolean remove(SubscriberSink listener) {
        newcomers.remove(listener);
        snapshot = null;
        return listeners.remove(listener);
    }

    /** Takes the subscribers added since the last call; the caller reads the current state for them. */
    synchronized Newcomers takeNewcomers() {
        Newcomers taken = new Newcomers(number, List.copyOf(newcomers));
        newcomers.clear();
        return taken;
    }

    /** Offers the state that was read to the new subscribers; does nothing if a later change is queued for them. */
    void deliverInitial(Newcomers arrived, StoredContract stored) {
        synchronized (this) {
            if (arrived.number != number) {
                return;
            }
            if (lastDigest != null && !lastDigest.equals(stored.digest())) {
                // Read before its commit published it: publish it now; the commit's own call will then be a no-op.
                enqueue(stored);
            } else {
                lastDigest = stored.digest();
                NumberedUpdate first = numbered(stored);
                offers.add(new Offer(arrived.subscribers, listener -> listener.offer(first)));
            }
        }
        startTask();
    }

    /** Fails new subscribers whose first state could not be read. */
    void failNewcomers(Newcomers arrived, Throwable readFailure) {
        synchronized (this) {
            offers.add(new Offer(arrived.subscribers, listener -> listener.fail(readFailure)));
        }
        startTask();
    }

    /** Publishes a committed state; false if the state is the last one published. */
    boolean publish(StoredContract stored) {
        synchronized (this) {
            if (stored.digest().equals(lastDigest)) {
                return false;
            }
            enqueue(stored);
        }
        startTask();
        return true;
    }

    /** Fails all subscribers after the queued states were offered. */
    void failAll(Throwable reason) {
        synchronized (this) {
            failure = reason;
        }
        startTask();
    }

    private void enqueue(StoredContract stored) {
        lastDigest = stored.digest();
        number++;
        changes.add(numbered(stored));
        queuedBytes += stored.state().size();
        while (changes.size() > 1 && (changes.size() > MAX_QUEUED || queuedBytes > MAX_QUEUED_BYTES)) {
            queuedBytes -= size(changes.remove());
        }
    }

    private NumberedUpdate numbered(StoredContract stored) {
        return new NumberedUpdate(number, new ContractUpdate(stored.contract().key(), stored.state(), 0));
    }

    private static int size(NumberedUpdate change) {
        return change.update().state().size();
    }

    /** Starts a task unless one runs or the queues are empty: a task that just ended may have emptied them. */
    private void startTask() {
        synchronized (this) {
            if (taskRunning || !hasMore()) {
                return;
            }
        }
        schedule();
    }

    private void schedule() {
        try {
            callbacks.schedule(this::offerNext);
        } catch (RejectedExecutionException closed) {
            log.debug("callback scheduler closed, update dropped reason={}", closed.toString());
        }
    }

    /** Offers one state per task, so that the contracts share the callback threads fairly. */
    private void offerNext() {
        Offer next = take();
        next.to.forEach(listener -> signal(listener, next.signal));
        if (hasMore()) {
            schedule();
        }
    }

    private synchronized Offer take() {
        Offer offer = offers.poll();
        if (offer != null) {
            return offer;
        }
        List<SubscriberSink> all = snapshot == null ? List.copyOf(listeners) : snapshot;
        snapshot = all;
        NumberedUpdate change = changes.poll();
        if (change != null) {
            queuedBytes -= size(change);
            return new Offer(all, listener -> listener.offer(change));
        }
        Throwable reason = Objects.requireNonNull(failure);
        listeners.clear();
        return new Offer(all, listener -> listener.fail(reason));
    }

    private synchronized boolean hasMore() {
        taskRunning = !offers.isEmpty() || !changes.isEmpty() || (failure != null && !listeners.isEmpty());
        return taskRunning;
    }

    private void signal(SubscriberSink listener, Consumer<SubscriberSink> signal) {
        try {
            signal.accept(listener);
        } catch (Throwable thrown) {
            Exceptions.throwIfJvmFatal(thrown);
            failures.warn(thrown, "subscriber threw, removed");
            onFailed.accept(listener);
        }
    }
}
