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
    private final Deque<Welcome> welcomes = new ArrayDeque<>();
    private final Deque<Numbered> changes = new ArrayDeque<>();
    private final Sinks.Empty<Void> deserted = Sinks.empty();
    private @Nullable List<Listener> snapshot;
    private @Nullable StateDigest last;
    private volatile @Nullable Throwable end;
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

    /**
     * Subscribers that are still to be shown the state of this number.
     *
     * @param state it, once somebody has read it
     */
    record Welcome(long number, List<Listener> to, @Nullable Numbered state) {}

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

    /** Whether the contract has to be looked for: true once, and never if it is held. */
    synchronized boolean seek() {
        boolean first = !held && !sought;
        sought = true;
        return first;
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

    /** Those who are to be shown the state of this moment, for somebody who reads it then. */
    synchronized Welcome arrivals() {
        Welcome arrivals = new Welcome(number, List.copyOf(newcomers), null);
        newcomers.clear();
        return arrivals;
    }

    /** This was read for them. If the state has changed since, they are told of that anyway. */
    void welcome(Welcome arrivals, StoredContract stored) {
        boolean idle;
        synchronized (this) {
            if (arrivals.number != number) {
                return;
            }
            if (last != null && !last.equals(stored.digest())) {
                // Whoever commits it has not told yet, and will not be news when it does.
                enqueue(stored);
            } else {
                last = stored.digest();
                welcomes.add(new Welcome(number, arrivals.to, new Numbered(number, show(stored))));
            }
            idle = begin();
        }
        if (idle) {
            schedule();
        }
    }

    /** The state was changed. Returns false if that is no news. */
    boolean changed(StoredContract stored) {
        boolean idle;
        synchronized (this) {
            if (stored.digest().equals(last)) {
                return false;
            }
            enqueue(stored);
            idle = begin();
        }
        if (idle) {
            schedule();
        }
        return true;
    }

    /** Fails all who listen, after they were offered what came before. */
    void end(Throwable failure) {
        boolean idle;
        synchronized (this) {
            end = failure;
            idle = begin();
        }
        if (idle) {
            schedule();
        }
    }

    private void enqueue(StoredContract stored) {
        last = stored.digest();
        number++;
        changes.add(new Numbered(number, show(stored)));
        bytes += stored.state().size();
        while (changes.size() > 1 && (changes.size() > MOST_WAITING || bytes > MOST_BYTES)) {
            bytes -= changes.remove().update().state().size();
        }
    }

    private static ContractUpdate show(StoredContract stored) {
        return new ContractUpdate(stored.contract().key(), stored.state(), 0);
    }

    /** Whether a task has to be begun. */
    private boolean begin() {
        boolean idle = !busy;
        busy = true;
        return idle;
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
        Welcome next = take();
        Numbered state = next.state;
        if (state != null) {
            next.to.forEach(listener -> tell(listener, each -> each.offer(state)));
        } else {
            next.to.forEach(listener -> tell(listener, each -> each.fail(Objects.requireNonNull(end))));
        }
        if (more()) {
            schedule();
        }
    }

    /** The state to be offered now, and to whom. Without a state it is the end, which comes once. */
    private synchronized Welcome take() {
        Welcome welcome = welcomes.poll();
        if (welcome != null) {
            return welcome;
        }
        List<Listener> all = snapshot == null ? List.copyOf(listeners) : snapshot;
        snapshot = all;
        Numbered change = changes.poll();
        if (change == null) {
            listeners.clear();
            snapshot = List.of();
        } else {
            bytes -= change.update().state().size();
        }
        return new Welcome(number, all, change);
    }

    private synchronized boolean more() {
        busy = !welcomes.isEmpty() || !changes.isEmpty() || (end != null && !listeners.isEmpty());
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
