package dev.tributary.core.hosting;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Bounded LRU map of the change logs of all contracts. Guarded by the lock of the hosting table. */
final class ChangeLogs {

    /** Maximum number of contracts with a log; about 10 KiB each with frequent small changes. */
    private static final int MAX_CONTRACTS = 4096;

    /** Maximum number of bytes of changes in all logs. */
    private static final long MAX_BYTES = 32L << 20;

    /** In access order: the least recently used is the first. */
    private final Map<ContractInstanceId, ChangeLog> logs = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /** Logs the changes between two states; see {@link ChangeLog#add}. */
    void add(ContractInstanceId id, StateDigest before, StateDigest after, List<StateChange> changes) {
        ChangeLog log = logs.computeIfAbsent(id, unused -> new ChangeLog());
        bytes -= log.bytes();
        log.add(before, after, changes);
        bytes += log.bytes();
        for (Iterator<ChangeLog> eldest = logs.values().iterator();
                bytes > MAX_BYTES || logs.size() > MAX_CONTRACTS; ) {
            bytes -= eldest.next().bytes();
            eldest.remove();
        }
    }

    /** Whether the contract's log contains this state. */
    boolean contains(ContractInstanceId id, StateDigest state) {
        ChangeLog log = logs.get(id);
        return log != null && log.contains(state);
    }

    /** The changes between two states; see {@link ChangeLog#changesBetween}. */
    Optional<List<StateChange>> changesBetween(ContractInstanceId id, StateDigest from, StateDigest to) {
        ChangeLog log = logs.get(id);
        return log == null ? Optional.empty() : log.changesBetween(from, to);
    }

    /** Drops the log of a contract. */
    void forget(ContractInstanceId id) {
        ChangeLog log = logs.remove(id);
        bytes -= log == null ? 0 : log.bytes();
    }
}
