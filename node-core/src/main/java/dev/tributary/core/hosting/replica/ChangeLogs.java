package dev.tributary.core.hosting.replica;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Bounded LRU map of the change logs of all contracts. Guarded by the lock of the hosting table. */
public final class ChangeLogs {

    /** Maximum number of contracts with a log; about 10 KiB each with frequent small changes. */
    private static final int MAX_CONTRACTS = 4096;

    /** Maximum number of bytes of memory of all logs. */
    private static final long MAX_BYTES = MemoryPlan.ofThisProcess().bytes(MemoryUse.CHANGE_LOGS);

    private final BoundedMap<ContractInstanceId, ChangeLog> logs =
            BoundedMap.leastRecentlyUsed(MAX_CONTRACTS, MAX_BYTES, ChangeLog::memory);

    /** Logs the changes between two states; an empty list means that they are unknown. */
    public void add(ContractInstanceId id, StateDigest before, StateDigest after, List<StateChange> changes) {
        // Not in the map while its weight changes.
        ChangeLog log = Objects.requireNonNullElseGet(logs.remove(id), ChangeLog::new);
        log.add(before, after, changes);
        logs.put(id, log);
    }

    /** Whether the contract's log contains this state. */
    public boolean contains(ContractInstanceId id, StateDigest state) {
        ChangeLog log = logs.get(id);
        return log != null && log.contains(state);
    }

    /**
     * The changes that lead from one state to the other: an empty list if they are too large for the log, so that the
     * full state has to be sent; empty if the log has no path between the states.
     */
    public Optional<List<StateChange>> changesBetween(ContractInstanceId id, StateDigest from, StateDigest to) {
        ChangeLog log = logs.get(id);
        return log == null ? Optional.empty() : log.changesBetween(from, to);
    }

    /** Drops the log of a contract. */
    public void forget(ContractInstanceId id) {
        logs.remove(id);
    }

    /** Number of bytes of these changes. */
    public static long sizeOf(List<StateChange> changes) {
        return ChangeLog.sizeOf(changes);
    }
}
