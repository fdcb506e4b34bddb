package dev.tributary.core.operation;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.scheduler.Scheduler;

/** Contracts that were given up and are still in the store, until somebody removes them there. Safe to use from any thread. */
final class Leavers {

    private final Map<ContractInstanceId, Leaver> leaving = new LinkedHashMap<>();
    private final Wake due;

    Leavers(Scheduler timer) {
        this.due = new Wake(timer);
    }

    /** Rings when there is one more. */
    Wake due() {
        return due;
    }

    void add(Hosted contract) {
        Leaver leaver =
                new Leaver(contract.key(), contract.bytes(), contract.demand().byClient());
        synchronized (this) {
            leaving.put(contract.key().id(), leaver);
        }
        due.ring();
    }

    /** It has been removed, or has come back. */
    synchronized void remove(ContractInstanceId id) {
        leaving.remove(id);
    }

    /** The one that has waited longest. */
    synchronized Optional<Leaver> first() {
        return leaving.values().stream().findFirst();
    }

    synchronized boolean contains(ContractInstanceId id) {
        return leaving.containsKey(id);
    }

    synchronized int count() {
        return leaving.size();
    }

    /**
     * A contract that was given up.
     *
     * @param byClient whether a client of this node had put it
     */
    record Leaver(ContractKey key, long bytes, boolean byClient) {}
}
