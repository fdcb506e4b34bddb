package dev.tributary.transport.client.session;

import dev.tributary.core.value.ContractInstanceId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many sessions are subscribed to each contract. Safe to use from any thread. */
final class Subscribers {

    private final int limit;
    private final Map<ContractInstanceId, Integer> counts = new ConcurrentHashMap<>();

    Subscribers(int limit) {
        this.limit = limit;
    }

    /** One more, if there may be. */
    boolean enter(ContractInstanceId id) {
        AtomicBoolean entered = new AtomicBoolean();
        counts.compute(id, (same, count) -> {
            int now = count == null ? 0 : count;
            entered.set(now < limit);
            return now < limit ? now + 1 : count;
        });
        return entered.get();
    }

    void leave(ContractInstanceId id) {
        counts.computeIfPresent(id, (same, count) -> count == 1 ? null : count - 1);
    }

    /** Of all contracts together. */
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
