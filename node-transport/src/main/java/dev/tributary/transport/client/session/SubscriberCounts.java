package dev.tributary.transport.client.session;

import dev.tributary.core.value.ContractInstanceId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Number of subscribed sessions by contract. Thread-safe. */
final class SubscriberCounts {

    private final int limit;
    private final Map<ContractInstanceId, Integer> counts = new ConcurrentHashMap<>();

    SubscriberCounts(int limit) {
        this.limit = limit;
    }

    /** Counts one more subscriber of the contract. Returns false if the limit is reached. */
    boolean tryAdd(ContractInstanceId id) {
        AtomicBoolean added = new AtomicBoolean();
        counts.compute(id, (same, count) -> {
            int current = count == null ? 0 : count;
            added.set(current < limit);
            return current < limit ? current + 1 : count;
        });
        return added.get();
    }

    void remove(ContractInstanceId id) {
        counts.computeIfPresent(id, (same, count) -> count == 1 ? null : count - 1);
    }

    /** Returns the number of subscribers of all contracts. */
    int count() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    Map<ContractInstanceId, Integer> byContract() {
        return Map.copyOf(counts);
    }

    int limit() {
        return limit;
    }
}
