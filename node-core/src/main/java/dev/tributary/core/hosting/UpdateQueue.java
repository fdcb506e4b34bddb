package dev.tributary.core.hosting;

import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.request.KeyedWorkQueue;
import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final TokenBucket.Rate rate;

    /** Updates must not overtake each other: while one is in flight, the next one of its target waits. */
    private final KeyedWorkQueue<UpdateTarget> targets;

    /** The used rate of each target, in the order of the last update; a target without a bucket has a full one. */
    private final Map<UpdateTarget, TokenBucket> buckets = new LinkedHashMap<>();

    private final Map<PeerId, Set<ContractInstanceId>> unfollows = new LinkedHashMap<>();

    /**
     * Creates an empty queue.
     *
     * @param burst number of updates of a contract that a neighbour is sent without delay
     * @param pace interval between further updates; zero sends them all without delay
     */
    UpdateQueue(int burst, Duration pace, TimeSource time, WorkSignal workSignal) {
        this.rate = pace.isZero() ? TokenBucket.Rate.unlimited() : TokenBucket.Rate.of(burst, pace);
        this.time = time;
        this.workSignal = workSignal;
        this.targets = new KeyedWorkQueue<>(time, workSignal);
    }

    /** Enqueues an update of the contract for the neighbour. */
    synchronized void add(PeerId peer, ContractInstanceId id) {
        UpdateTarget target = new UpdateTarget(peer, id);
        targets.schedule(target, delay(target));
    }

    /** Takes the update at once if it may be sent now, else enqueues it; returns whether it was taken. */
    synchronized boolean tryTake(UpdateTarget target) {
        boolean isTaken = targets.tryTake(target, delay(target));
        if (isTaken) {
            countUpdate(target);
        }
        return isTaken;
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
        Optional<UpdateTarget> target = targets.take();
        target.ifPresent(this::countUpdate);
        return target;
    }

    /** Ends the update in flight; the next one of its target is sent when it is due. */
    public synchronized void finish(UpdateTarget target) {
        targets.finish(target, delay(target));
    }

    private Duration delay(UpdateTarget target) {
        TokenBucket bucket = buckets.get(target);
        return bucket == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, bucket.availableAt() - time.nanos()));
    }

    /** Takes a token of the target, and drops up to two full buckets, which are among the oldest. */
    private void countUpdate(UpdateTarget target) {
        long now = time.nanos();
        TokenBucket known = buckets.remove(target);
        TokenBucket bucket = known == null ? new TokenBucket(rate, now) : known;
        bucket.tryAcquire(now);
        buckets.put(target, bucket);
        Iterator<TokenBucket> eldest = buckets.values().iterator();
        for (int i = 0; i < 2 && eldest.hasNext(); i++) {
            if (eldest.next().isFull(now)) {
                eldest.remove();
            }
        }
    }

    /** Time until an update may be sent; empty if the queue is empty. */
    synchronized Optional<Duration> timeUntilNext() {
        return unfollows.isEmpty() ? targets.timeUntilNext() : Optional.of(Duration.ZERO);
    }

    /** Drops the entries of neighbours that disconnected. */
    synchronized void retain(Predicate<PeerId> present) {
        targets.cancelIf(target -> !present.test(target.peer));
        buckets.keySet().removeIf(target -> !present.test(target.peer));
        unfollows.keySet().removeIf(peer -> !present.test(peer));
    }

    /** Number of updates queued or in flight, plus neighbours with an unfollow message queued. */
    synchronized int size() {
        return targets.size() + unfollows.size();
    }

    /** A neighbour and a contract to send it updates of. */
    public record UpdateTarget(PeerId peer, ContractInstanceId id) {}

    /** A neighbour and the contracts whose replicas there this node no longer follows. */
    record Unfollow(PeerId peer, List<ContractInstanceId> ids) {}
}
