package dev.tributary.core.operation;

import dev.tributary.core.operation.Listener.Numbered;
import dev.tributary.core.storage.StoredContract;
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
 * The subscribers of one contract. Whoever changes its state leaves a note here and goes on; on the callback threads, one
 * task at a time, the states are offered to the subscribers in order. When those threads lag, the oldest states are
 * offered to nobody, as if every subscriber had asked too late. Safe to use from any thread.
 */
final class Topic {

    /** So many states may wait for the callback threads: a burst, and not so many that all are shown what is long past. */
    private static final int MOST_WAITING = 16;

    /** And so many bytes of them, besides the latest. */
    private static final long MOST_BYTES = 1 << 20;

    /** In seconds: a contract that nobody held for an hour is still found a minute after it came. */
    private static final long LONGEST_PAUSE = 60;

    private static final Logger log = LoggerFactory.getLogger(Topic.class);

    private final Scheduler callbacks;
    private final Consumer<Listener> lost;
    private final Set<Listener> listeners = new LinkedHashSet<>();
    private final Set<Listener> newcomers = new LinkedHashSet<>();
    private final Deque<Offer> offers = new ArrayDeque<>();
    private final Deque<Numbered> changes = new ArrayDeque<>();
    private final Sinks.Empty<Void> deserted = Sinks.empty();
    private @Nullable List<Listener> snapshot;
    private @Nullable StateDigest last;
    private @Nullable Throwable end;
    private long bytes;
    private long number;
    private boolean held;
    private boolean sought;
    private int searches;
    private boolean busy;

    /**
     * A topic without subscribers.
     *
     * @param lost is given subscribers that threw: they are told nothing any more
     */
    Topic(Scheduler callbacks, Consumer<Listener> lost) {
        this.callbacks = callbacks;
        this.lost = lost;
    }

    /** Subscribers that are to be shown what is held now: the state of this number. */
    record Arrivals(long number, List<Listener> who) {}

    private record Offer(List<Listener> to, Consumer<Listener> signal) {}

    synchronized int size() {
        return listeners.size();
    }

    /** Whether the contract is known to be held here. */
    synchronized boolean held() {
        return held;
    }

    synchronized void hold() {
        held = true;
    }

    /** The contract is not held here; whether it has to be looked for, which is said once. */
    synchronized boolean seek() {
        boolean again = held || !sought;
        held = false;
        sought = true;
        return again;
    }

    /** How long to wait after one more search in vain: twice as long each time, and never just as long as others do. */
    synchronized Duration pause(RandomGenerator random) {
        long seconds = Math.min(LONGEST_PAUSE, 1L << Math.min(searches++, 30));
        return Duration.ofMillis(seconds * 750 + random.nextLong(seconds * 500 + 1));
    }

    /** Completes when nobody listens any more. */
    Mono<Void> deserted() {
        return deserted.asMono();
    }

    /** Nobody listens any more. */
    void desert() {
        deserted.tryEmitEmpty();
    }

    /** Listens from now on: what it is shown first is the state of this moment, or a later one. */
    synchronized void add(Listener listener) {
        listener.since(number);
        listeners.add(listener);
        newcomers.add(listener);
        snapshot = null;
    }

    /** Listens no more; false if it did not. */
    synchronized boolean remove(Listener listener) {
        newcomers.remove(listener);
        snapshot = null;
        return listeners.remove(listener);
    }

    /** Those who have come since the last time, for somebody who reads for them what is held now. */
    synchronized Arrivals arrivals() {
        Arrivals arrivals = new Arrivals(number, List.copyOf(newcomers));
        newcomers.clear();
        return arrivals;
    }

    /** This was read for them. If it has changed since, they are told of that like everybody. */
    void welcome(Arrivals arrivals, StoredContract stored) {
        synchronized (this) {
            if (arrivals.number != number) {
                return;
            }
            if (last != null && !last.equals(stored.digest())) {
                // Whoever commits it has not told yet, and will have no news when it does.
                enqueue(stored);
            } else {
                last = stored.digest();
                Numbered first = number(stored);
                offers.add(new Offer(arrivals.who, listener -> listener.offer(first)));
            }
        }
        begin();
    }

    /** What they came for cannot be read: they listen no more. */
    void turnAway(Arrivals arrivals, Throwable failure) {
        synchronized (this) {
            offers.add(new Offer(arrivals.who, listener -> listener.fail(failure)));
        }
        begin();
    }

    /** The state was changed. Returns false if that is no news. */
    boolean changed(StoredContract stored) {
        synchronized (this) {
            if (stored.digest().equals(last)) {
                return false;
            }
            enqueue(stored);
        }
        begin();
        return true;
    }

    /** Fails all who listen, after they were offered what came before. */
    void end(Throwable failure) {
        synchronized (this) {
            end = failure;
        }
        begin();
    }

    private void enqueue(StoredContract stored) {
        last = stored.digest();
        number++;
        changes.add(number(stored));
        bytes += stored.state().size();
        while (changes.size() > 1 && (changes.size() > MOST_WAITING || bytes > MOST_BYTES)) {
            bytes -= size(changes.remove());
        }
    }

    private Numbered number(StoredContract stored) {
        return new Numbered(number, new ContractUpdate(stored.contract().key(), stored.state(), 0));
    }

    private static int size(Numbered change) {
        return change.update().state().size();
    }

    /** Begins a task if there is none; what it is for may have been done meanwhile by one that has just ended. */
    private void begin() {
        synchronized (this) {
            if (busy || !more()) {
                return;
            }
        }
        schedule();
    }

    private void schedule() {
        try {
            callbacks.schedule(this::offerNext);
        } catch (RejectedExecutionException closed) {
            log.debug("nobody can be told any more: {}", closed.toString());
        }
    }

    /** One state a task, so that topics take turns on the threads. */
    private void offerNext() {
        Offer next = take();
        next.to.forEach(listener -> tell(listener, next.signal));
        if (more()) {
            schedule();
        }
    }

    private synchronized Offer take() {
        Offer offer = offers.poll();
        if (offer != null) {
            return offer;
        }
        List<Listener> all = snapshot == null ? List.copyOf(listeners) : snapshot;
        snapshot = all;
        Numbered change = changes.poll();
        if (change != null) {
            bytes -= size(change);
            return new Offer(all, listener -> listener.offer(change));
        }
        Throwable failure = Objects.requireNonNull(end);
        listeners.clear();
        return new Offer(all, listener -> listener.fail(failure));
    }

    private synchronized boolean more() {
        busy = !offers.isEmpty() || !changes.isEmpty() || (end != null && !listeners.isEmpty());
        return busy;
    }

    private void tell(Listener listener, Consumer<Listener> signal) {
        try {
            signal.accept(listener);
        } catch (Throwable thrown) {
            Exceptions.throwIfJvmFatal(thrown);
            log.warn("a subscriber threw and is told nothing any more", thrown);
            lost.accept(listener);
        }
    }
}
