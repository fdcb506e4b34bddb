package dev.tributary.core.operation;

import dev.tributary.core.message.Hosting;
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
 * Which contracts are due to be compared with which neighbours, and when. Each neighbour has a line of its own, from which
 * one step is taken at a time: the first a little later than it was needed, so that what happens together is asked
 * together, the next a second after the one before, and later and later if a neighbour fails. Safe to use from any thread.
 */
final class StepQueue {

    /** The first step waits for this long at least, and up to ten times as long. */
    static final Duration FIRST = Duration.ofMillis(200);

    /** From the end of a step to the next one with the same neighbour. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** The pause after a failure, doubled by each further one. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);

    private static final int MAX_DOUBLINGS = 5;

    private final Map<PeerId, Line> lines = new LinkedHashMap<>();
    private final TimeSource time;
    private final RandomGenerator random;
    private final Wake wake;

    StepQueue(TimeSource time, RandomGenerator random, Wake wake) {
        this.time = time;
        this.random = random;
        this.wake = wake;
    }

    /**
     * The contract is to be compared with this neighbour.
     *
     * @param routine whether the copies are believed to be equal, and it is only time to look
     */
    void add(PeerId peer, ContractInstanceId id, boolean routine) {
        if (enter(peer, id, routine)) {
            wake.ring();
        }
    }

    /** The contract is to be compared with this neighbour at once, unless there was trouble with it or something is under way. */
    void addFirst(PeerId peer, ContractInstanceId id) {
        enter(peer, id, false);
        hasten(peer);
        wake.ring();
    }

    private synchronized void hasten(PeerId peer) {
        Line line = lines.get(peer);
        if (line != null && line.failures == 0 && !line.underWay) {
            line.notBefore = time.nanos();
        }
    }

    private synchronized boolean enter(PeerId peer, ContractInstanceId id, boolean routine) {
        Line line = lines.computeIfAbsent(peer, unused -> new Line(time.nanos()));
        boolean first = line.ids.isEmpty();
        if (first) {
            line.notBefore = latest(line.notBefore, time.nanos() + FIRST.toNanos() * (1 + random.nextInt(10)));
        }
        line.ids.merge(id, routine, Boolean::logicalAnd);
        return first;
    }

    /** The contract need not be compared with this neighbour any more. */
    synchronized void drop(PeerId peer, ContractInstanceId id) {
        Line line = lines.get(peer);
        if (line != null) {
            line.ids.remove(id);
        }
    }

    /** The next step that may be taken now, if there is one; its line rests until {@link #end}. */
    synchronized Optional<Step> take() {
        long now = time.nanos();
        for (Map.Entry<PeerId, Line> each : lines.entrySet()) {
            if (each.getValue().ready(now)) {
                PeerId peer = each.getKey();
                Line line = each.getValue();
                // To the end of the lines, so that each has its turn.
                lines.remove(peer);
                lines.put(peer, line);
                line.underWay = true;
                return Optional.of(new Step(peer, line.take()));
            }
        }
        return Optional.empty();
    }

    /** The step with this neighbour is over. */
    void end(PeerId peer, boolean failed) {
        if (rest(peer, failed)) {
            wake.ring();
        }
    }

    private synchronized boolean rest(PeerId peer, boolean failed) {
        Line line = lines.get(peer);
        if (line == null) {
            return false;
        }
        line.underWay = false;
        line.failures = failed ? Math.min(line.failures + 1, MAX_DOUBLINGS) : 0;
        long pause = failed ? AFTER_FAILURE.toNanos() << (line.failures - 1) : PAUSE.toNanos();
        line.notBefore = latest(line.notBefore, time.nanos() + pause - pause / 4 + random.nextLong(pause / 2 + 1));
        return !line.ids.isEmpty();
    }

    /** How long it is until a step may be taken; empty if none is due. */
    synchronized Optional<Duration> next() {
        long now = time.nanos();
        return lines.values().stream()
                .filter(line -> !line.ids.isEmpty() && !line.underWay)
                .map(line -> Duration.ofNanos(Math.max(0, line.notBefore - now)))
                .min(Duration::compareTo);
    }

    /** Forgets the neighbours that are gone. */
    synchronized void retain(Predicate<PeerId> present) {
        lines.keySet().removeIf(peer -> !present.test(peer));
    }

    /** How many comparisons are due that are no routine. */
    synchronized long due() {
        return lines.values().stream()
                .flatMap(line -> line.ids.values().stream())
                .filter(routine -> !routine)
                .count();
    }

    private static long latest(long one, long other) {
        return one - other > 0 ? one : other;
    }

    /** A neighbour and the contracts to compare with it: at most as many as fit into one offer. */
    record Step(PeerId peer, List<ContractInstanceId> ids) {}

    private static final class Line {

        /** Each with whether it is routine. */
        private final Map<ContractInstanceId, Boolean> ids = new LinkedHashMap<>();

        private long notBefore;
        private boolean underWay;
        private int failures;

        Line(long now) {
            this.notBefore = now;
        }

        boolean ready(long now) {
            return !ids.isEmpty() && !underWay && notBefore - now <= 0;
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
