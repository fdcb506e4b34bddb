package dev.tributary.core.subscription;

import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.limit.Permits;
import dev.tributary.core.storage.StoredContract;
import dev.tributary.core.value.ContractUpdate;
import dev.tributary.core.value.StateDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
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
 * the subscribers in order, one task at a time. When the callback threads lag, or the memory of all subscribers' states is
 * used up, the oldest queued states are dropped, and each subscriber counts them as skipped; a latest state without room
 * is read again later. Safe to use from any thread.
 */
final class ContractSubscribers {

    /** Maximum pause between searches, in seconds: a new contract is found within about a minute. */
    private static final long MAX_PAUSE_SECONDS = 60;

    private static final Logger log = LoggerFactory.getLogger(ContractSubscribers.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final Scheduler callbacks;
    private final Consumer<SubscriberSink> onFailed;
    private final Runnable onNoRoom;
    private final Set<SubscriberSink> listeners = new LinkedHashSet<>();
    private final Set<SubscriberSink> newcomers = new LinkedHashSet<>();
    private final Deque<SubscriberSignal> offers = new ArrayDeque<>();
    private final QueuedStates states;
    private final UnstoredStates unstored = new UnstoredStates();
    private final Sinks.Empty<Void> empty = Sinks.empty();
    private @Nullable List<SubscriberSink> snapshot;
    private @Nullable StateDigest lastDigest;
    private @Nullable Throwable failure;
    private long number;
    private boolean held;
    private boolean searched;
    private int failedSearches;
    private boolean taskRunning;

    /**
     * Creates the set without subscribers.
     *
     * @param memory the bytes of the states of all contracts' subscribers
     * @param onFailed called with each subscriber that threw, which must be removed
     * @param onNoRoom called when the memory has no room for a state: it must be read for the newcomers later
     */
    ContractSubscribers(Scheduler callbacks, Permits memory, Consumer<SubscriberSink> onFailed, Runnable onNoRoom) {
        this.callbacks = callbacks;
        this.states = new QueuedStates(memory);
        this.onFailed = onFailed;
        this.onNoRoom = onNoRoom;
    }

    /** New subscribers that need the state held now; {@code number} is the state's number. */
    record Newcomers(long number, List<SubscriberSink> subscribers) {}

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

    /** Completes {@link #whenEmpty}, and returns the memory of what waits for subscribers. */
    void onEmpty() {
        empty.tryEmitEmpty();
        synchronized (this) {
            states.releaseWaiting();
        }
    }

    /** Adds a subscriber; it gets the current state or a later one first. */
    synchronized void add(SubscriberSink listener) {
        listener.startFrom(number);
        listeners.add(listener);
        newcomers.add(listener);
        snapshot = null;
    }

    /** The state that waited for this subscriber was dropped: it gets the current one as newcomers do. */
    synchronized void addAgain(SubscriberSink listener) {
        if (listeners.contains(listener)) {
            listener.startFrom(number);
            newcomers.add(listener);
        }
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
        boolean isQueued;
        synchronized (this) {
            if (arrived.number != number) {
                return;
            }
            if (lastDigest != null && !lastDigest.equals(stored.digest())) {
                // Read before its commit published it: publish it now; the commit's own call will then be a no-op.
                isQueued = enqueue(stored);
            } else {
                lastDigest = stored.digest();
                isQueued = offerFirst(arrived, stored);
            }
        }
        start(isQueued);
    }

    private boolean offerFirst(Newcomers arrived, StoredContract stored) {
        NumberedUpdate first = states.first(number, update(stored));
        if (first == null) {
            arrived.subscribers.forEach(this::addAgain);
            return false;
        }
        offers.add(new SubscriberSignal(arrived.subscribers, first, null));
        return true;
    }

    /** Fails new subscribers whose first state could not be read. */
    void failNewcomers(Newcomers arrived, Throwable readFailure) {
        synchronized (this) {
            offers.add(new SubscriberSignal(arrived.subscribers, null, readFailure));
        }
        startTask();
    }

    /** The states of other hosts that this node cannot keep. */
    UnstoredStates unstored() {
        return unstored;
    }

    /** Publishes a committed state; false if the state is the last one published. */
    boolean publish(StoredContract stored) {
        return publish(stored, false);
    }

    /**
     * Publishes a state; false if it is the last one published, or one of other hosts and this node has stored one
     * meanwhile.
     */
    boolean publish(StoredContract stored, boolean isUnstored) {
        boolean isQueued;
        synchronized (this) {
            if (isUnstored && !unstored.recordShown(stored.state())) {
                return false;
            }
            if (!isUnstored) {
                unstored.clear();
            }
            if (stored.digest().equals(lastDigest)) {
                return false;
            }
            failedSearches = 0;
            isQueued = enqueue(stored);
        }
        start(isQueued);
        return true;
    }

    /** Fails all subscribers after the queued states were offered. */
    void failAll(Throwable reason) {
        synchronized (this) {
            failure = reason;
        }
        startTask();
    }

    /** Queues the change; false if the memory has no room for it, so that all subscribers have to read it later. */
    private boolean enqueue(StoredContract stored) {
        lastDigest = stored.digest();
        number++;
        boolean isQueued = states.add(number, update(stored));
        if (!isQueued) {
            listeners.forEach(this::addAgain);
        }
        return isQueued;
    }

    private static ContractUpdate update(StoredContract stored) {
        return new ContractUpdate(stored.contract().key(), stored.state(), 0);
    }

    private void start(boolean isQueued) {
        if (isQueued) {
            startTask();
        } else {
            onNoRoom.run();
        }
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
            dropAll();
        }
    }

    private synchronized void dropAll() {
        offers.forEach(offer -> {
            if (offer.state() != null) {
                offer.state().drop();
            }
        });
        offers.clear();
        states.clear();
    }

    /** Offers one state per task, so that the contracts share the callback threads fairly. */
    private void offerNext() {
        SubscriberSignal next = take();
        if (next != null) {
            offer(next);
        }
        if (hasMore()) {
            schedule();
        }
    }

    private void offer(SubscriberSignal next) {
        boolean waits = false;
        for (SubscriberSink listener : next.to()) {
            waits |= signal(listener, next);
        }
        if (next.state() != null) {
            settle(next.state(), waits);
        }
    }

    /** The next signal; null if the state for which the task was started has been dropped. */
    private synchronized @Nullable SubscriberSignal take() {
        SubscriberSignal offer = offers.poll();
        if (offer != null) {
            return offer;
        }
        List<SubscriberSink> all = snapshot == null ? List.copyOf(listeners) : snapshot;
        snapshot = all;
        NumberedUpdate change = states.poll();
        if (change != null) {
            return new SubscriberSignal(all, change, null);
        }
        if (failure == null) {
            return null;
        }
        listeners.clear();
        snapshot = null;
        states.releaseWaiting();
        return new SubscriberSignal(all, null, failure);
    }

    private synchronized void settle(NumberedUpdate state, boolean waits) {
        states.onOffered(state, waits && !listeners.isEmpty());
    }

    private synchronized boolean hasMore() {
        taskRunning = !offers.isEmpty() || !states.isEmpty() || (failure != null && !listeners.isEmpty());
        return taskRunning;
    }

    private boolean signal(SubscriberSink listener, SubscriberSignal offer) {
        try {
            return offer.signal(listener);
        } catch (Throwable thrown) {
            Exceptions.throwIfJvmFatal(thrown);
            failures.warn(thrown, "subscriber threw, removed");
            onFailed.accept(listener);
            return false;
        }
    }
}
