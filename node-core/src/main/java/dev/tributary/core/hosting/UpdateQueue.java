package dev.tributary.core.hosting;

import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Rate-limited queue of updates to send. Holds at most one entry per neighbour and contract, since the content is
 * computed when the update is sent. A burst is sent at once, further updates at a fixed pace, so that many changes
 * become few updates. Safe to use from any thread.
 */
public final class UpdateQueue {

    private final TimeSource time;
    private final WorkSignal workSignal;
    private final int burst;
    private final long pace;

    private final Set<UpdateTarget> ready = new LinkedHashSet<>();

    /** Targets that the rate limit delays: ordered by time, and as a set. Both hold the same targets. */
    private final PriorityQueue<DelayedTarget> delayed = new PriorityQueue<>();

    private final Set<UpdateTarget> delayedTargets = new LinkedHashSet<>();

    /** Targets with an update in flight, each with whether another one is due: updates must not overtake each other. */
    private final Map<UpdateTarget, Boolean> inFlight = new HashMap<>();

    /** Theoretical time of the next update of each target at the fixed pace, in nanoseconds. */
    private final Map<UpdateTarget, Long> nextAllowed = new LinkedHashMap<>();

    private final Map<PeerId, Set<ContractInstanceId>> unfollows = new LinkedHashMap<>();

    /**
     * Creates an empty queue.
     *
     * @param burst number of updates of a contract that a neighbour is sent without delay
     * @param pace interval between further updates
     */
    UpdateQueue(int burst, Duration pace, TimeSource time, WorkSignal workSignal) {
        this.burst = burst;
        this.pace = pace.toNanos();
        this.time = time;
        this.workSignal = workSignal;
    }

    /** Enqueues an update of the contract for the neighbour. */
    void add(PeerId peer, ContractInstanceId id) {
        if (enqueue(new UpdateTarget(peer, id))) {
            workSignal.signal();
        }
    }

    /** Takes the update at once if it may be sent now, else enqueues it; returns whether it was taken. */
    boolean tryTake(UpdateTarget target) {
        synchronized (this) {
            promoteDue(time.nanos());
            boolean isNew = enqueue(target);
            if (ready.remove(target)) {
                begin(target, time.nanos());
                return true;
            } else if (!isNew) {
                return false;
            }
        }
        workSignal.signal();
        return false;
    }

    private synchronized boolean enqueue(UpdateTarget target) {
        if (ready.contains(target) || delayedTargets.contains(target)) {
            return false;
        } else if (inFlight.containsKey(target)) {
            inFlight.put(target, true);
            return false;
        }
        long now = time.nanos();
        Long next = nextAllowed.get(target);
        long notBefore = next == null ? now : next - (burst - 1) * pace;
        if (notBefore - now <= 0) {
            return ready.add(target);
        }
        delayedTargets.add(target);
        delayed.add(new DelayedTarget(notBefore, target));
        return true;
    }

    /** Enqueues an unfollow message: this node no longer follows the neighbour's replica of the contract. */
    void addUnfollow(PeerId peer, ContractInstanceId id) {
        synchronized (this) {
            unfollows.computeIfAbsent(peer, unused -> new LinkedHashSet<>()).add(id);
        }
        workSignal.signal();
    }

    /** Takes the next unfollow message: a peer and up to {@code limit} ids. */
    synchronized Optional<Unfollow> takeUnfollow(int limit) {
        Iterator<Map.Entry<PeerId, Set<ContractInstanceId>>> first =
                unfollows.entrySet().iterator();
        if (!first.hasNext()) {
            return Optional.empty();
        }
        Map.Entry<PeerId, Set<ContractInstanceId>> next = first.next();
        List<ContractInstanceId> ids = next.getValue().stream().limit(limit).toList();
        ids.forEach(next.getValue()::remove);
        if (next.getValue().isEmpty()) {
            first.remove();
        }
        return Optional.of(new Unfollow(next.getKey(), ids));
    }

    /** Takes the next update that may be sent now; its target is blocked until {@link #finish}. */
    public synchronized Optional<UpdateTarget> take() {
        long now = time.nanos();
        promoteDue(now);
        Iterator<UpdateTarget> next = ready.iterator();
        if (!next.hasNext()) {
            return Optional.empty();
        }
        UpdateTarget target = next.next();
        next.remove();
        begin(target, now);
        return Optional.of(target);
    }

    private void promoteDue(long now) {
        for (DelayedTarget first = delayed.peek(); first != null && first.at - now <= 0; first = delayed.peek()) {
            delayed.remove();
            delayedTargets.remove(first.target);
            ready.add(first.target);
        }
    }

    private void begin(UpdateTarget target, long now) {
        reserveSlot(target, now);
        inFlight.put(target, false);
    }

    /** Ends the update in flight, and enqueues the next one if it is due. */
    public void finish(UpdateTarget target) {
        boolean isDue;
        synchronized (this) {
            isDue = Boolean.TRUE.equals(inFlight.remove(target));
        }
        if (isDue) {
            add(target.peer, target.id);
        }
    }

    /** Reserves the next slot of the target, and drops up to two expired entries, which are the oldest of the map. */
    private void reserveSlot(UpdateTarget target, long now) {
        Long next = nextAllowed.remove(target);
        nextAllowed.put(target, (next == null || next - now < 0 ? now : next) + pace);
        Iterator<Long> eldest = nextAllowed.values().iterator();
        for (int i = 0; i < 2 && eldest.hasNext(); i++) {
            if (eldest.next() - now <= 0) {
                eldest.remove();
            }
        }
    }

    /** Time until an update may be sent; empty if the queue is empty. */
    synchronized Optional<Duration> timeUntilNext() {
        if (!ready.isEmpty() || !unfollows.isEmpty()) {
            return Optional.of(Duration.ZERO);
        }
        DelayedTarget first = delayed.peek();
        return first == null ? Optional.empty() : Optional.of(Duration.ofNanos(Math.max(0, first.at - time.nanos())));
    }

    /** Drops the entries of neighbours that disconnected. */
    synchronized void retain(Predicate<PeerId> present) {
        ready.removeIf(target -> !present.test(target.peer));
        delayedTargets.removeIf(target -> !present.test(target.peer));
        delayed.removeIf(each -> !present.test(each.target.peer));
        nextAllowed.keySet().removeIf(target -> !present.test(target.peer));
        unfollows.keySet().removeIf(peer -> !present.test(peer));
    }

    /** Number of updates queued or in flight, plus neighbours with an unfollow message queued. */
    synchronized int size() {
        return ready.size() + delayedTargets.size() + inFlight.size() + unfollows.size();
    }

    /** A neighbour and a contract to send it updates of. */
    public record UpdateTarget(PeerId peer, ContractInstanceId id) {}

    /** A neighbour and the contracts whose replicas there this node no longer follows. */
    record Unfollow(PeerId peer, List<ContractInstanceId> ids) {}

    /** @param at earliest time of the update, in nanoseconds */
    private record DelayedTarget(long at, UpdateTarget target) implements Comparable<DelayedTarget> {

        @Override
        public int compareTo(DelayedTarget other) {
            return Long.compare(at - other.at, 0);
        }
    }
}
