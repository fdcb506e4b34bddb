package dev.tributary.core.hosting.replica;

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
 * Log of the recent changes of one contract, each with the states before and after it. Changes are deterministic, so a
 * peer that holds a logged state is sent the changes since then, without a call of the contract. Guarded by the lock of
 * the hosting table.
 */
final class ChangeLog {

    /** Maximum number of entries: a peer that keeps up does not fall further behind, another is sent the full state. */
    static final int MAX_ENTRIES = 64;

    /** Maximum number of bytes of changes; beyond it the full state is sent instead. */
    static final int MAX_BYTES = 64 << 10;

    /** Bytes of memory of an empty log, of an entry without changes, and of a change beyond its content. */
    private static final int LOG_OVERHEAD = 512;

    private static final int ENTRY_OVERHEAD = 256;
    private static final int CHANGE_OVERHEAD = 96;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private int bytes;
    private int changes;

    /** Number of bytes of changes in the log. */
    int bytes() {
        return bytes;
    }

    /** Number of bytes of memory that the log holds: tiny changes take more than their content. */
    long memory() {
        return LOG_OVERHEAD + (long) ENTRY_OVERHEAD * entries.size() + (long) CHANGE_OVERHEAD * changes + bytes;
    }

    /** Logs the changes between two states; an empty list means that they are unknown. */
    void add(StateDigest before, StateDigest after, List<StateChange> added) {
        long size = sizeOf(added);
        boolean isKept = !added.isEmpty() && size <= MAX_BYTES && added.size() <= Update.Changed.MAX_CHANGES;
        count(new Entry(before, after, isKept ? List.copyOf(added) : null, isKept ? (int) size : 0));
        while (entries.size() > MAX_ENTRIES || bytes > MAX_BYTES) {
            Entry oldest = entries.remove();
            bytes -= oldest.bytes;
            changes -= oldest.count();
        }
    }

    private void count(Entry entry) {
        entries.add(entry);
        bytes += entry.bytes;
        changes += entry.count();
    }

    /** Whether the log contains this state. */
    boolean contains(StateDigest state) {
        // A plain loop, since this runs for every update.
        for (Entry entry : entries) {
            if (entry.before.equals(state) || entry.after.equals(state)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The changes that lead from one state to the other: an empty list if they are too large for the log, so that the
     * full state has to be sent; empty if the log has no path between the states.
     */
    Optional<List<StateChange>> changesBetween(StateDigest from, StateDigest to) {
        Entry latest = entries.peekLast();
        if (latest != null && latest.before.equals(from) && latest.after.equals(to) && !from.equals(to)) {
            return Optional.of(join(new ArrayDeque<>(List.of(latest))));
        }
        Map<StateDigest, Entry> predecessors = new HashMap<>();
        for (Entry entry : entries) {
            boolean isReached = entry.before.equals(from) || predecessors.containsKey(entry.before);
            if (isReached && !entry.after.equals(from)) {
                predecessors.putIfAbsent(entry.after, entry);
            }
        }
        Deque<Entry> path = new ArrayDeque<>();
        for (StateDigest current = to; !current.equals(from); current = path.getFirst().before) {
            Entry last = predecessors.get(current);
            if (last == null || path.size() > MAX_ENTRIES) {
                return Optional.empty();
            }
            path.addFirst(last);
        }
        return Optional.of(join(path));
    }

    private static List<StateChange> join(Deque<Entry> path) {
        List<StateChange> joined = new ArrayList<>();
        for (Entry entry : path) {
            if (entry.changes == null || joined.size() + entry.changes.size() > Update.Changed.MAX_CHANGES) {
                return List.of();
            }
            joined.addAll(entry.changes);
        }
        return joined;
    }

    static long sizeOf(List<StateChange> changes) {
        return changes.stream().mapToLong(StateChange::size).sum();
    }

    /** @param changes null if they are unknown or too large for the log */
    private record Entry(
            StateDigest before, StateDigest after, @Nullable List<StateChange> changes, int bytes) {

        int count() {
            return changes == null ? 0 : changes.size();
        }
    }
}
