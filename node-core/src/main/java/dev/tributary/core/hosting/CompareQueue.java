package dev.tributary.core.hosting;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.request.KeyedWorkQueue;
import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Delayed queues of contracts to compare, one queue per neighbour with at most one batch in flight; urgent ones come
 * first. The first batch is delayed a little to collect simultaneous changes, the next one starts a second after the
 * previous one ended, and after failures the pause doubles. The queue of a neighbour that connects again continues where
 * it ended, so that the last contracts have their turn although its link never lasts. Safe to use from any thread.
 */
final class CompareQueue {

    /** Minimum delay of the first batch; the actual delay is random, up to ten times as long. */
    static final Duration MIN_FIRST_DELAY = Duration.ofMillis(200);

    /** Pause between the end of a batch and the next one with the same neighbour, before jitter. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** Pause after a failure, doubled by each consecutive one. */
    private static final Duration FAILURE_PAUSE = Duration.ofSeconds(2);

    private static final int MAX_DOUBLINGS = 5;

    /** Maximum number of disconnected neighbours whose position is remembered. */
    private static final int MAX_POSITIONS = 256;

    private final Map<PeerId, PeerQueue> queues = new HashMap<>();

    /** The queues that are not empty, by the time of their next batch, and those with a batch in flight. */
    private final KeyedWorkQueue<PeerQueue> batches;

    /** The contract that each disconnected neighbour was to be compared with next. */
    private final BoundedMap<PeerId, ContractInstanceId> positions = BoundedMap.leastRecentlyWritten(MAX_POSITIONS);

    private final TimeSource time;
    private final RandomGenerator random;

    CompareQueue(TimeSource time, RandomGenerator random, WorkSignal signal) {
        this.time = time;
        this.random = random;
        this.batches = new KeyedWorkQueue<>(time, signal);
    }

    /**
     * Enqueues the contract for comparison with this neighbour.
     *
     * @param routine whether the replicas are assumed to be equal and this is only the periodic check
     */
    synchronized void add(PeerId peer, ContractInstanceId id, boolean routine) {
        PeerQueue queue =
                queues.computeIfAbsent(peer, unused -> new PeerQueue(peer, positions.remove(peer), time.nanos()));
        boolean wasEmpty = queue.isEmpty();
        queue.add(id, routine);
        if (wasEmpty) {
            queue.delayUntil(time.nanos() + MIN_FIRST_DELAY.toNanos() * (1 + random.nextInt(10)));
            schedule(queue);
        }
    }

    /** Enqueues the contract first, and clears the delay unless a batch is in flight or the last one failed. */
    synchronized void addUrgent(PeerId peer, ContractInstanceId id) {
        add(peer, id, false);
        PeerQueue queue = Objects.requireNonNull(queues.get(peer));
        queue.hasten(id);
        if (queue.failures == 0 && !batches.isRunning(queue)) {
            queue.notBefore = time.nanos();
            schedule(queue);
        }
    }

    /** Enqueues the contract and clears the delay of the first batch, but no pause after another one. */
    synchronized void addSoon(PeerId peer, ContractInstanceId id) {
        add(peer, id, false);
        PeerQueue queue = queues.get(peer);
        if (queue != null && !batches.isRunning(queue)) {
            long now = time.nanos();
            queue.notBefore = queue.pauseUntil - now > 0 ? queue.pauseUntil : now;
            schedule(queue);
        }
    }

    private void schedule(PeerQueue queue) {
        batches.schedule(queue, Duration.ofNanos(queue.notBefore - time.nanos()));
    }

    /** Removes the contract from this neighbour's queue. */
    synchronized void remove(PeerId peer, ContractInstanceId id) {
        PeerQueue queue = queues.get(peer);
        if (queue != null && queue.remove(id) && queue.isEmpty()) {
            batches.cancel(queue);
        }
    }

    /** The next batch that may run now; the queue of its neighbour is blocked until {@link #finish}. */
    synchronized Optional<CompareBatch> take() {
        return batches.take().map(queue -> {
            CompareBatch batch = new CompareBatch(queue, queue.take());
            if (!queue.isEmpty()) {
                schedule(queue);
            }
            return batch;
        });
    }

    /** Ends the batch in flight and starts the pause of this neighbour, unless it has disconnected meanwhile. */
    synchronized void finish(CompareBatch batch, boolean failed) {
        PeerQueue queue = batch.queue;
        long now = time.nanos();
        if (queue.equals(queues.get(queue.peer))) {
            queue.failures = failed ? Math.min(queue.failures + 1, MAX_DOUBLINGS) : 0;
            long pause = failed ? FAILURE_PAUSE.toNanos() << (queue.failures - 1) : PAUSE.toNanos();
            queue.pauseUntil = now + pause - pause / 4 + random.nextLong(pause / 2 + 1);
            queue.delayUntil(queue.pauseUntil);
        }
        batches.finish(queue, Duration.ofNanos(queue.notBefore - now));
    }

    /** Time until a batch may run; empty if none is queued. */
    Optional<Duration> timeUntilNext() {
        return batches.timeUntilNext();
    }

    /** Drops the queues of neighbours that disconnected; one that connects again does not wait for its last batch. */
    synchronized void retain(Predicate<PeerId> present) {
        batches.cancelIf(queue -> !present.test(queue.peer));
        queues.values().removeIf(queue -> {
            boolean isGone = !present.test(queue.peer);
            if (isGone) {
                queue.position(batches.isRunning(queue)).ifPresent(next -> positions.put(queue.peer, next));
            }
            return isGone;
        });
    }

    /** Number of queued comparisons that are not routine. */
    synchronized long nonRoutineCount() {
        return queues.values().stream().mapToLong(PeerQueue::nonRoutineCount).sum();
    }

    /** Contracts to compare with a neighbour, at most {@link Hosting.Offer#MAX}. */
    record CompareBatch(PeerQueue queue, List<ContractInstanceId> ids) {

        PeerId peer() {
            return queue.peer;
        }
    }

    /** The contracts to compare with a neighbour, from the time that it connected until it disconnects. */
    static final class PeerQueue {

        private final PeerId peer;

        /** The contracts that come before all others. */
        private final Set<ContractInstanceId> urgent = new LinkedHashSet<>();

        /** The other contracts, each with whether its comparison is routine. */
        private final Map<ContractInstanceId, Boolean> ids = new LinkedHashMap<>();

        /** The contract to begin with, once it is queued: the last link ended before it was compared. */
        private @Nullable ContractInstanceId start;

        /** First contract of the last batch; null before it. */
        private @Nullable ContractInstanceId lastTaken;

        /** Earliest time of the next batch. */
        private long notBefore;

        /** End of the pause after the last batch. */
        private long pauseUntil;

        private int failures;

        private PeerQueue(PeerId peer, @Nullable ContractInstanceId start, long now) {
            this.peer = peer;
            this.start = start;
            this.notBefore = now;
            this.pauseUntil = now;
        }

        private void delayUntil(long earliest) {
            if (earliest - notBefore > 0) {
                notBefore = earliest;
            }
        }

        private void add(ContractInstanceId id, boolean routine) {
            if (!urgent.contains(id)) {
                ids.merge(id, routine, Boolean::logicalAnd);
            }
        }

        private void hasten(ContractInstanceId id) {
            ids.remove(id);
            urgent.add(id);
        }

        private boolean remove(ContractInstanceId id) {
            boolean wasRoutine = ids.remove(id) != null;
            return urgent.remove(id) || wasRoutine;
        }

        private boolean isEmpty() {
            return urgent.isEmpty() && ids.isEmpty();
        }

        private long nonRoutineCount() {
            return urgent.size()
                    + ids.values().stream().filter(routine -> !routine).count();
        }

        /** The contract to begin with on the next link. */
        private Optional<ContractInstanceId> position(boolean isRunning) {
            return isRunning && lastTaken != null
                    ? Optional.of(lastTaken)
                    : ids.keySet().stream().findFirst();
        }

        private List<ContractInstanceId> take() {
            rotate();
            List<ContractInstanceId> taken = new ArrayList<>();
            drain(urgent, taken);
            lastTaken = ids.keySet().stream().findFirst().orElse(null);
            drain(ids.keySet(), taken);
            return taken;
        }

        private static void drain(Set<ContractInstanceId> queued, List<ContractInstanceId> taken) {
            for (Iterator<ContractInstanceId> next = queued.iterator();
                    next.hasNext() && taken.size() < Hosting.Offer.MAX; ) {
                taken.add(next.next());
                next.remove();
            }
        }

        /** Moves the contracts before the one to begin with to the end. */
        private void rotate() {
            if (start == null || !ids.containsKey(start)) {
                return;
            }
            Map<ContractInstanceId, Boolean> before = new LinkedHashMap<>();
            for (Map.Entry<ContractInstanceId, Boolean> each : ids.entrySet()) {
                if (each.getKey().equals(start)) {
                    break;
                }
                before.put(each.getKey(), each.getValue());
            }
            ids.keySet().removeAll(before.keySet());
            ids.putAll(before);
            start = null;
        }
    }
}
