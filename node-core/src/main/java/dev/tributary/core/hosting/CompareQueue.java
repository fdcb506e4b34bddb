package dev.tributary.core.hosting;

import dev.tributary.core.message.Hosting;
import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Delayed queues of contracts to compare, one queue per neighbour with at most one batch in flight. The first batch is
 * delayed a little to collect simultaneous changes, the next one starts a second after the previous one ended, and
 * after failures the pause doubles. Safe to use from any thread.
 */
final class CompareQueue {

    /** Minimum delay of the first batch; the actual delay is random, up to ten times as long. */
    static final Duration MIN_FIRST_DELAY = Duration.ofMillis(200);

    /** Pause between the end of a batch and the next one with the same neighbour, before jitter. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** Pause after a failure, doubled by each consecutive one. */
    private static final Duration FAILURE_PAUSE = Duration.ofSeconds(2);

    private static final int MAX_DOUBLINGS = 5;

    private final Map<PeerId, PeerQueue> queues = new LinkedHashMap<>();
    private final TimeSource time;
    private final RandomGenerator random;
    private final WorkSignal signal;

    CompareQueue(TimeSource time, RandomGenerator random, WorkSignal signal) {
        this.time = time;
        this.random = random;
        this.signal = signal;
    }

    /**
     * Enqueues the contract for comparison with this neighbour.
     *
     * @param routine whether the replicas are assumed to be equal and this is only the periodic check
     */
    void add(PeerId peer, ContractInstanceId id, boolean routine) {
        if (enqueue(peer, id, routine)) {
            signal.signal();
        }
    }

    /** Enqueues the contract and clears its delay, unless a batch is in flight or the last one failed. */
    void addUrgent(PeerId peer, ContractInstanceId id) {
        enqueue(peer, id, false);
        clearDelay(peer);
        signal.signal();
    }

    private synchronized void clearDelay(PeerId peer) {
        PeerQueue queue = queues.get(peer);
        if (queue != null && queue.failures == 0 && !queue.inFlight) {
            queue.notBefore = time.nanos();
        }
    }

    private synchronized boolean enqueue(PeerId peer, ContractInstanceId id, boolean routine) {
        PeerQueue queue = queues.computeIfAbsent(peer, unused -> new PeerQueue(time.nanos()));
        boolean wasEmpty = queue.ids.isEmpty();
        if (wasEmpty) {
            queue.notBefore =
                    latest(queue.notBefore, time.nanos() + MIN_FIRST_DELAY.toNanos() * (1 + random.nextInt(10)));
        }
        queue.ids.merge(id, routine, Boolean::logicalAnd);
        return wasEmpty;
    }

    /** Removes the contract from this neighbour's queue. */
    synchronized void remove(PeerId peer, ContractInstanceId id) {
        PeerQueue queue = queues.get(peer);
        if (queue != null) {
            queue.ids.remove(id);
        }
    }

    /** The next batch that may run now; the queue of its neighbour is blocked until {@link #finish}. */
    synchronized Optional<CompareBatch> take() {
        long now = time.nanos();
        for (Map.Entry<PeerId, PeerQueue> each : queues.entrySet()) {
            if (each.getValue().isReady(now)) {
                PeerId peer = each.getKey();
                PeerQueue queue = each.getValue();
                // Moved to the end of the map, for round-robin between neighbours.
                queues.remove(peer);
                queues.put(peer, queue);
                queue.inFlight = true;
                return Optional.of(new CompareBatch(peer, queue.take()));
            }
        }
        return Optional.empty();
    }

    /** Ends the batch in flight and starts the pause of this neighbour. */
    void finish(PeerId peer, boolean failed) {
        if (schedulePause(peer, failed)) {
            signal.signal();
        }
    }

    private synchronized boolean schedulePause(PeerId peer, boolean failed) {
        PeerQueue queue = queues.get(peer);
        if (queue == null) {
            return false;
        }
        queue.inFlight = false;
        queue.failures = failed ? Math.min(queue.failures + 1, MAX_DOUBLINGS) : 0;
        long pause = failed ? FAILURE_PAUSE.toNanos() << (queue.failures - 1) : PAUSE.toNanos();
        queue.notBefore = latest(queue.notBefore, time.nanos() + pause - pause / 4 + random.nextLong(pause / 2 + 1));
        return !queue.ids.isEmpty();
    }

    /** Time until a batch may run; empty if none is queued. */
    synchronized Optional<Duration> timeUntilNext() {
        long now = time.nanos();
        return queues.values().stream()
                .filter(queue -> !queue.ids.isEmpty() && !queue.inFlight)
                .map(queue -> Duration.ofNanos(Math.max(0, queue.notBefore - now)))
                .min(Duration::compareTo);
    }

    /** Drops the queues of neighbours that disconnected. */
    synchronized void retain(Predicate<PeerId> present) {
        queues.keySet().removeIf(peer -> !present.test(peer));
    }

    /** Number of queued comparisons that are not routine. */
    synchronized long nonRoutineCount() {
        return queues.values().stream()
                .flatMap(queue -> queue.ids.values().stream())
                .filter(routine -> !routine)
                .count();
    }

    private static long latest(long first, long second) {
        return first - second > 0 ? first : second;
    }

    /** A neighbour and the contracts to compare with it, at most {@link Hosting.Offer#MAX}. */
    record CompareBatch(PeerId peer, List<ContractInstanceId> ids) {}

    private static final class PeerQueue {

        /** The contracts, each with whether its comparison is routine. */
        private final Map<ContractInstanceId, Boolean> ids = new LinkedHashMap<>();

        private long notBefore;
        private boolean inFlight;
        private int failures;

        PeerQueue(long now) {
            this.notBefore = now;
        }

        boolean isReady(long now) {
            return !ids.isEmpty() && !inFlight && notBefore - now <= 0;
        }

        List<ContractInstanceId> take() {
            List<ContractInstanceId> taken = new ArrayList<>();
            for (Iterator<ContractInstanceId> next = ids.keySet().iterator();
                    next.hasNext() && taken.size() < Hosting.Offer.MAX; ) {
                taken.add(next.next());
                next.remove();
            }
            return taken;
        }
    }
}
