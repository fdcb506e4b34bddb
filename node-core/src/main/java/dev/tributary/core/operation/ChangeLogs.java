package dev.tributary.core.operation;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The latest changes of the contracts that changed last, within bounds. Guarded by the lock of the table that it is in. */
final class ChangeLogs {

    /** Of so many contracts, at about 10 KiB each when they are busy with small changes. */
    private static final int MOST_CONTRACTS = 4096;

    private static final long MOST_BYTES = 32L << 20;

    /** The one that changed last is the last. */
    private final Map<ContractInstanceId, ChangeLog> logs = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /** Notes that these changes made the one state of the other. */
    void add(ContractInstanceId id, StateDigest before, StateDigest after, List<StateChange> changes) {
        ChangeLog log = logs.computeIfAbsent(id, unused -> new ChangeLog());
        bytes -= log.bytes();
        log.add(before, after, changes);
        bytes += log.bytes();
        for (Iterator<ChangeLog> eldest = logs.values().iterator();
                bytes > MOST_BYTES || logs.size() > MOST_CONTRACTS; ) {
            bytes -= eldest.next().bytes();
            eldest.remove();
        }
    }

    /** Whether this state was held here not long ago. */
    boolean knows(ContractInstanceId id, StateDigest state) {
        ChangeLog log = logs.get(id);
        return log != null && log.knows(state);
    }

    /** See {@link ChangeLog#between}. */
    Optional<List<StateChange>> between(ContractInstanceId id, StateDigest from, StateDigest to) {
        ChangeLog log = logs.get(id);
        return log == null ? Optional.empty() : log.between(from, to);
    }

    /** The contract is not held any more. */
    void forget(ContractInstanceId id) {
        ChangeLog log = logs.remove(id);
        bytes -= log == null ? 0 : log.bytes();
    }
}
