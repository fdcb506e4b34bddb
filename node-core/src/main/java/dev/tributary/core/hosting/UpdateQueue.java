package dev.tributary.core.hosting;

import dev.tributary.core.limit.SendWindow;
import dev.tributary.core.request.KeyedWorkQueue;
import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The updates to send. Holds at most one entry per neighbour and contract, since the content is computed when the update
 * is sent. An update is sent at once while the neighbour keeps up: while it acknowledges earlier ones of the contract.
 * Those of a neighbour that is slower wait, so that many changes become few updates. Safe to use from any thread.
 */
public final class UpdateQueue {

    /** Maximum number of updates of a contract that a neighbour has not acknowledged. */
    static final int MAX_UNACKNOWLEDGED = 64;

    /** Time after which a neighbour that has not acknowledged any update never will: earlier versions do not. */
    private static final long SILENCE = Duration.ofSeconds(2).toNanos();

    /** Longest pause between updates of a contract to a neighbour that acknowledges, but not these. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final TimeSource time;
    private final WorkSignal workSignal;
    private final SendWindow.Rules rules;

    /** Updates must not overtake each other: while one is in flight, the next one of its target waits. */
    private final KeyedWorkQueue<UpdateTarget> targets;

    /** The updates that each target has not acknowledged, those looked at last at the end; none if it has no window. */
    private final Map<UpdateTarget, SendWindow<TransactionId>> windows = new LinkedHashMap<>();

    /** The neighbours that have acknowledged an update. */
    private final Set<PeerId> acknowledging = new HashSet<>();

    /** Time at which each neighbour that has not acknowledged any update was first asked to. */
    private final Map<PeerId, Long> askedAt = new HashMap<>();

    private final Map<PeerId, Set<ContractInstanceId>> unfollows = new LinkedHashMap<>();

    /**
     * Creates an empty queue.
     *
     * @param burst number of updates of a contract that a neighbour is sent before it has acknowledged one
     * @param pace interval between further updates, and longest time for an acknowledgement that is quick; zero sends
     *     all updates without delay
     */
    UpdateQueue(int burst, Duration pace, TimeSource time, WorkSignal workSignal) {
        this.rules = new SendWindow.Rules(burst, MAX_UNACKNOWLEDGED, pace, LONGEST_PAUSE);
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

    /** Whether the update that was taken, and is sent with this id, should ask for an acknowledgement. */
    synchronized boolean asksForAcknowledgement(UpdateTarget target, TransactionId update) {
        SendWindow<TransactionId> window = windows.get(target);
        boolean asks = window != null && window.asks(update, time.nanos());
        if (asks && !acknowledging.contains(target.peer)) {
            askedAt.putIfAbsent(target.peer, time.nanos());
        }
        return asks;
    }

    /** The neighbour has taken in this update and all earlier ones of the contract: the next one may be sent. */
    synchronized void acknowledge(UpdateTarget target, TransactionId update) {
        SendWindow<TransactionId> window = windows.get(target);
        if (window != null && window.acknowledge(update, time.nanos())) {
            acknowledging.add(target.peer);
            askedAt.remove(target.peer);
            targets.advance(target, delay(target));
        }
    }

    private Duration delay(UpdateTarget target) {
        SendWindow<TransactionId> window = windows.get(target);
        long now = time.nanos();
        return window == null
                ? Duration.ZERO
                : Duration.ofNanos(Math.max(0, window.availableAt(now, acknowledges(target.peer, now)) - now));
    }

    private boolean acknowledges(PeerId peer, long now) {
        Long asked = askedAt.get(peer);
        return asked == null || now - asked < SILENCE;
    }

    private void countUpdate(UpdateTarget target) {
        SendWindow<TransactionId> known = windows.remove(target);
        SendWindow<TransactionId> window = known == null ? new SendWindow<>(rules) : known;
        window.countSent(time.nanos());
        dropIdle();
        dropIdle();
        windows.put(target, window);
    }

    /** Looks at one window, in turn, and drops it if it is not used: more are looked at than are added. */
    private void dropIdle() {
        Iterator<Map.Entry<UpdateTarget, SendWindow<TransactionId>>> first =
                windows.entrySet().iterator();
        if (first.hasNext()) {
            Map.Entry<UpdateTarget, SendWindow<TransactionId>> next = first.next();
            UpdateTarget target = next.getKey();
            SendWindow<TransactionId> window = next.getValue();
            first.remove();
            if (!window.isIdle(time.nanos(), acknowledges(target.peer, time.nanos()))) {
                windows.put(target, window);
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
        windows.keySet().removeIf(target -> !present.test(target.peer));
        acknowledging.removeIf(present.negate());
        askedAt.keySet().removeIf(present.negate());
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
