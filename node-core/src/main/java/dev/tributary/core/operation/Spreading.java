package dev.tributary.core.operation;

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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Which neighbours are due to be told that which contracts have changed: one entry for a neighbour and a contract, however
 * often that changes, since what is told is worked out when it is sent. The first few changes go at once, more of them at a
 * pace, so that a flood becomes a few notices. Safe to use from any thread.
 */
final class Spreading {

    private final TimeSource time;
    private final Wake wake;
    private final AtomicInteger gathering = new AtomicInteger();
    private final AtomicBoolean unrung = new AtomicBoolean();
    private final int burst;
    private final long pace;

    /** Those that may be told now, and those that have to wait, each in both sets or none. */
    private final Set<Told> ready = new LinkedHashSet<>();

    private final PriorityQueue<Waiting> gated = new PriorityQueue<>();
    private final Set<Told> waiting = new LinkedHashSet<>();

    /** Those that are being told just now, each with whether it is due again: the next change must not overtake this one. */
    private final Map<Told, Boolean> telling = new HashMap<>();

    /** When each could be told the next time if all had kept to the pace. */
    private final Map<Told, Long> gates = new LinkedHashMap<>();

    private final Map<PeerId, Set<ContractInstanceId>> leaving = new LinkedHashMap<>();

    /**
     * Nothing is due yet.
     *
     * @param burst how many changes of a contract a neighbour is told at once
     * @param pace how long after each other it is told more of them
     */
    Spreading(int burst, Duration pace, TimeSource time, Wake wake) {
        this.burst = burst;
        this.pace = pace.toNanos();
        this.time = time;
        this.wake = wake;
    }

    /** The neighbour is to be told that the contract has changed. */
    void add(PeerId peer, ContractInstanceId id) {
        if (enter(new Told(peer, id))) {
            ring();
        }
    }

    /**
     * Runs what may add to this while it holds a lock; whoever is due to be told then is told on this thread before it
     * returns, as far as that is done at once. Who adds something elsewhere meanwhile is heard as well.
     */
    void gather(Runnable additions) {
        gathering.incrementAndGet();
        try {
            additions.run();
        } finally {
            gathering.decrementAndGet();
            if (unrung.getAndSet(false)) {
                wake.ringHere();
            }
        }
    }

    private void ring() {
        unrung.set(true);
        // In this order: either it is seen here that nobody gathers any more, or there what was added.
        if (gathering.get() == 0 && unrung.getAndSet(false)) {
            wake.ring();
        }
    }

    private synchronized boolean enter(Told told) {
        if (ready.contains(told) || waiting.contains(told)) {
            return false;
        } else if (telling.containsKey(told)) {
            telling.put(told, true);
            return false;
        }
        long now = time.nanos();
        Long gate = gates.get(told);
        long opens = gate == null ? now : gate - (burst - 1) * pace;
        if (opens - now <= 0) {
            return ready.add(told);
        }
        waiting.add(told);
        gated.add(new Waiting(opens, told));
        return true;
    }

    /** The neighbour is to be told that this node does not keep in step with it any more. */
    void leave(PeerId peer, ContractInstanceId id) {
        synchronized (this) {
            leaving.computeIfAbsent(peer, unused -> new LinkedHashSet<>()).add(id);
        }
        ring();
    }

    /** Who is told next that it was left, and about what: at most so many. */
    synchronized Optional<Left> takeLeft(int most) {
        Iterator<Map.Entry<PeerId, Set<ContractInstanceId>>> first =
                leaving.entrySet().iterator();
        if (!first.hasNext()) {
            return Optional.empty();
        }
        Map.Entry<PeerId, Set<ContractInstanceId>> next = first.next();
        List<ContractInstanceId> ids = next.getValue().stream().limit(most).toList();
        ids.forEach(next.getValue()::remove);
        if (next.getValue().isEmpty()) {
            first.remove();
        }
        return Optional.of(new Left(next.getKey(), ids));
    }

    /** Who is told what next, if somebody may be now: until {@link #end} nothing more about this contract. */
    synchronized Optional<Told> take() {
        long now = time.nanos();
        for (Waiting first = gated.peek(); first != null && first.at - now <= 0; first = gated.peek()) {
            gated.remove();
            waiting.remove(first.told);
            ready.add(first.told);
        }
        Iterator<Told> next = ready.iterator();
        if (!next.hasNext()) {
            return Optional.empty();
        }
        Told told = next.next();
        next.remove();
        pass(told, now);
        telling.put(told, false);
        return Optional.of(told);
    }

    /** The neighbour was told. */
    void end(Told told) {
        boolean again;
        synchronized (this) {
            again = Boolean.TRUE.equals(telling.remove(told));
        }
        if (again) {
            add(told.peer, told.id);
        }
    }

    /** A gate through which nothing went for a while is as good as none, and those come first in the table. */
    private void pass(Told told, long now) {
        Long gate = gates.remove(told);
        gates.put(told, (gate == null || gate - now < 0 ? now : gate) + pace);
        Iterator<Long> eldest = gates.values().iterator();
        for (int looks = 0; looks < 2 && eldest.hasNext(); looks++) {
            if (eldest.next() - now <= 0) {
                eldest.remove();
            }
        }
    }

    /** How long it is until somebody may be told something; empty if nothing is due. */
    synchronized Optional<Duration> next() {
        if (!ready.isEmpty() || !leaving.isEmpty()) {
            return Optional.of(Duration.ZERO);
        }
        Waiting first = gated.peek();
        return first == null ? Optional.empty() : Optional.of(Duration.ofNanos(Math.max(0, first.at - time.nanos())));
    }

    /** Forgets the neighbours that are gone. */
    synchronized void retain(Predicate<PeerId> present) {
        ready.removeIf(told -> !present.test(told.peer));
        waiting.removeIf(told -> !present.test(told.peer));
        gated.removeIf(each -> !present.test(each.told.peer));
        gates.keySet().removeIf(told -> !present.test(told.peer));
        leaving.keySet().removeIf(peer -> !present.test(peer));
    }

    /** How much is due. */
    synchronized int due() {
        return ready.size() + waiting.size() + telling.size() + leaving.size();
    }

    /** A neighbour, and a contract of whose changes it is told. */
    record Told(PeerId peer, ContractInstanceId id) {}

    /** A neighbour, and the contracts about which this node does not keep in step with it any more. */
    record Left(PeerId peer, List<ContractInstanceId> ids) {}

    /** @param at when it may be told, in nanoseconds */
    private record Waiting(long at, Told told) implements Comparable<Waiting> {

        @Override
        public int compareTo(Waiting other) {
            return Long.compare(at - other.at, 0);
        }
    }
}
