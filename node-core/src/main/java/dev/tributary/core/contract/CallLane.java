package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Waiting calls whose contracts are served round robin. Guarded by the lock of the {@link FairQueue}. */
final class CallLane {

    private final Map<ContractInstanceId, Deque<ScheduledCall>> contracts = new LinkedHashMap<>();

    boolean has(ContractInstanceId contract) {
        return contracts.containsKey(contract);
    }

    /** Number of calls of the contract. */
    int sizeOf(ContractInstanceId contract) {
        Deque<ScheduledCall> calls = contracts.get(contract);
        return calls == null ? 0 : calls.size();
    }

    void add(ScheduledCall call) {
        contracts
                .computeIfAbsent(call.contract(), unused -> new ArrayDeque<>(4))
                .add(call);
    }

    /** Removes the call; returns false if it does not wait here. */
    boolean remove(ScheduledCall call) {
        Deque<ScheduledCall> calls = contracts.get(call.contract());
        if (calls == null || !calls.remove(call)) {
            return false;
        }
        if (calls.isEmpty()) {
            contracts.remove(call.contract());
        }
        return true;
    }

    /** Takes the first call of the next contract that may run, or null; the contract then moves to the end. */
    @Nullable
    ScheduledCall poll(Predicate<ContractInstanceId> mayRun) {
        for (Iterator<ContractInstanceId> each = contracts.keySet().iterator(); each.hasNext(); ) {
            ContractInstanceId contract = each.next();
            if (mayRun.test(contract)) {
                Deque<ScheduledCall> calls = contracts.getOrDefault(contract, new ArrayDeque<>(0));
                each.remove();
                ScheduledCall call = calls.remove();
                if (!calls.isEmpty()) {
                    contracts.put(contract, calls);
                }
                return call;
            }
        }
        return null;
    }

    /** Moves all calls of the contract to the end of the other lane. */
    void move(ContractInstanceId contract, CallLane other) {
        Deque<ScheduledCall> calls = contracts.remove(contract);
        if (calls != null) {
            other.contracts.put(contract, calls);
        }
    }
}
