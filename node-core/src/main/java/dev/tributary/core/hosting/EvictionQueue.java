package dev.tributary.core.hosting;

import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.scheduler.Scheduler;

/** Evicted contracts that still have to be deleted from the store, first in, first out. Safe to use from any thread. */
final class EvictionQueue {

    private final Map<ContractInstanceId, Eviction> queue = new LinkedHashMap<>();
    private final WorkSignal signal;

    EvictionQueue(Scheduler timer) {
        this.signal = new WorkSignal(timer);
    }

    /** Signals each added contract. */
    WorkSignal signal() {
        return signal;
    }

    void add(HostedContract contract) {
        Eviction eviction =
                new Eviction(contract.key(), contract.bytes(), contract.demand().isClientPut());
        synchronized (this) {
            queue.put(contract.key().id(), eviction);
        }
        signal.signal();
    }

    /** Removes a contract that was deleted from the store or is hosted again. */
    synchronized void remove(ContractInstanceId id) {
        queue.remove(id);
    }

    /** The oldest entry. */
    synchronized Optional<Eviction> oldest() {
        return queue.values().stream().findFirst();
    }

    synchronized boolean contains(ContractInstanceId id) {
        return queue.containsKey(id);
    }

    /** Number of bytes that the deletions will free; code that no other contract has is not counted. */
    synchronized long bytes() {
        return queue.values().stream().mapToLong(Eviction::bytes).sum();
    }

    synchronized int count() {
        return queue.size();
    }

    /**
     * An evicted contract.
     *
     * @param byClient whether a client of this node put it
     */
    record Eviction(ContractKey key, long bytes, boolean byClient) {}
}
