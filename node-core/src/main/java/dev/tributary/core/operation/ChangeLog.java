package dev.tributary.core.operation;

import dev.tributary.core.message.Update;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes of one contract: which state became which, and by what. The same change makes the same of the same
 * state everywhere, so whoever is known to hold one of these states is told the changes since, and no contract is asked.
 * Guarded by the lock of the table that it is in.
 */
final class ChangeLog {

    /** Of so many commits it is known what they made of what; a peer that is told fifty times a second is not so far behind. */
    static final int MOST = 64;

    /** More bytes of changes are not kept: then the whole state is told instead. */
    static final int MOST_BYTES = 64 << 10;

    private final Deque<Step> steps = new ArrayDeque<>();
    private int bytes;

    /** How many bytes of changes it keeps. */
    int bytes() {
        return bytes;
    }

    /** Notes that these changes made the one state of the other; none if it is not known which did. */
    void add(StateDigest before, StateDigest after, List<StateChange> changes) {
        long size = sizeOf(changes);
        boolean kept = !changes.isEmpty() && size <= MOST_BYTES && changes.size() <= Update.Changed.MAX_CHANGES;
        steps.add(new Step(before, after, kept ? List.copyOf(changes) : null, kept ? (int) size : 0));
        bytes += kept ? (int) size : 0;
        while (steps.size() > MOST || bytes > MOST_BYTES) {
            bytes -= steps.remove().bytes;
        }
    }

    /** Whether this state was held here not long ago. */
    boolean knows(StateDigest state) {
        // A loop, for this is done with every notice.
        for (Step step : steps) {
            if (step.before.equals(state) || step.after.equals(state)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What makes the one state of the other: no changes if that would take more than the log keeps, so that the whole state
     * is to be told; empty if the log does not lead there.
     */
    Optional<List<StateChange>> between(StateDigest from, StateDigest to) {
        Step latest = steps.peekLast();
        if (latest != null && latest.before.equals(from) && latest.after.equals(to) && !from.equals(to)) {
            return Optional.of(joined(new ArrayDeque<>(List.of(latest))));
        }
        Map<StateDigest, Step> by = new HashMap<>();
        for (Step step : steps) {
            boolean reached = step.before.equals(from) || by.containsKey(step.before);
            if (reached && !step.after.equals(from)) {
                by.putIfAbsent(step.after, step);
            }
        }
        Deque<Step> way = new ArrayDeque<>();
        for (StateDigest at = to; !at.equals(from); at = way.getFirst().before) {
            Step last = by.get(at);
            if (last == null || way.size() > MOST) {
                return Optional.empty();
            }
            way.addFirst(last);
        }
        return Optional.of(joined(way));
    }

    private static List<StateChange> joined(Deque<Step> way) {
        List<StateChange> joined = new ArrayList<>();
        for (Step step : way) {
            if (step.changes == null || joined.size() + step.changes.size() > Update.Changed.MAX_CHANGES) {
                return List.of();
            }
            joined.addAll(step.changes);
        }
        return joined;
    }

    static long sizeOf(List<StateChange> changes) {
        return changes.stream().mapToLong(StateChange::size).sum();
    }

    /** @param changes null if they are too large to be kept */
    private record Step(
            StateDigest before, StateDigest after, @Nullable List<StateChange> changes, int bytes) {}
}
