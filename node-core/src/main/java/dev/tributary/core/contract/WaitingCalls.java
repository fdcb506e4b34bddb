package dev.tributary.core.contract;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.value.ContractInstanceId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for a contract thread, and their order: probes first, then the classes in turns, and within a
 * class the contracts in turns. Guarded by the lock of its {@link FairQueue}.
 */
final class WaitingCalls {

    private static final CallClass[] TURNS = parseTurns("CCCRCCRCCCRCCRCB");

    /** Stands for the contract of a probe. */
    private static final ContractInstanceId PROBES = ContractInstanceId.NONE;

    private final int capacity;
    private final int capacityOfContract;
    private final Map<CallClass, Map<ContractInstanceId, Deque<ScheduledCall>>> queues = new EnumMap<>(CallClass.class);
    private final Deque<QueuedCall<?>> probes = new ArrayDeque<>(1);
    private int turn;
    private int size;
    private int peak;
    private long refused;

    /** An empty queue for this number of calls; one contract may use a quarter of it in a class. */
    WaitingCalls(int capacity) {
        this.capacity = capacity;
        this.capacityOfContract = Math.max(1, capacity / 4);
        for (CallClass each : CallClass.values()) {
            queues.put(each, new LinkedHashMap<>());
        }
    }

    /** Adds the call; throws {@link NodeBusyException} if the queue, or the contract's part of it, is full. */
    void add(ScheduledCall call) {
        Map<ContractInstanceId, Deque<ScheduledCall>> ofClass = ofClass(call.callClass());
        int ofContract =
                ofClass.getOrDefault(call.contract(), new ArrayDeque<>(0)).size();
        if (size >= capacity || ofContract >= capacityOfContract) {
            refused++;
            throw size >= capacity
                    ? new NodeBusyException("contract calls", capacity)
                    : new NodeBusyException("calls of contract " + call.contract(), capacityOfContract);
        }
        ofClass.computeIfAbsent(call.contract(), unused -> new ArrayDeque<>(4)).add(call);
        peak = Math.max(peak, ++size);
    }

    /** Removes the call; has no effect if it does not wait. */
    void remove(ScheduledCall call) {
        Map<ContractInstanceId, Deque<ScheduledCall>> ofClass = ofClass(call.callClass());
        Deque<ScheduledCall> ofContract = ofClass.get(call.contract());
        if (ofContract != null && ofContract.remove(call)) {
            size--;
            if (ofContract.isEmpty()) {
                ofClass.remove(call.contract());
            }
        }
    }

    /** Adds a call that comes before all others and does not count. */
    void addProbe(QueuedCall<?> work) {
        probes.add(work);
    }

    void removeProbe(QueuedCall<?> work) {
        probes.remove(work);
    }

    /** Takes the next call of a contract that may run, or null if there is none. */
    @Nullable
    ScheduledCall next(BiPredicate<CallClass, ContractInstanceId> mayRun) {
        QueuedCall<?> probe = probes.poll();
        if (probe != null) {
            return new ScheduledCall(PROBES, CallClass.CLIENT_LOCAL, probe);
        }
        ScheduledCall call = nextOf(TURNS[turn], mayRun);
        for (CallClass other : CallClass.values()) {
            call = call == null ? nextOf(other, mayRun) : call;
        }
        if (call != null) {
            turn = (turn + 1) % TURNS.length;
        }
        return call;
    }

    /** Takes the first call of the next contract in the class that may run; the contract then moves to the end. */
    private @Nullable ScheduledCall nextOf(CallClass callClass, BiPredicate<CallClass, ContractInstanceId> mayRun) {
        Map<ContractInstanceId, Deque<ScheduledCall>> ofClass = ofClass(callClass);
        Iterator<Map.Entry<ContractInstanceId, Deque<ScheduledCall>>> contracts =
                ofClass.entrySet().iterator();
        while (contracts.hasNext()) {
            Map.Entry<ContractInstanceId, Deque<ScheduledCall>> entry = contracts.next();
            if (mayRun.test(callClass, entry.getKey())) {
                ContractInstanceId contract = entry.getKey();
                Deque<ScheduledCall> calls = entry.getValue();
                contracts.remove();
                ScheduledCall call = calls.remove();
                size--;
                if (!calls.isEmpty()) {
                    ofClass.put(contract, calls);
                }
                return call;
            }
        }
        return null;
    }

    /** Number of calls. */
    int size() {
        return size;
    }

    /** Maximum of {@link #size} so far. */
    int peak() {
        return peak;
    }

    /** Number of calls that were refused because the queue was full. */
    long refused() {
        return refused;
    }

    private Map<ContractInstanceId, Deque<ScheduledCall>> ofClass(CallClass callClass) {
        return queues.getOrDefault(callClass, Map.of());
    }

    private static CallClass[] parseTurns(String turns) {
        return turns.chars()
                .mapToObj(letter -> switch (letter) {
                    case 'C' -> CallClass.CLIENT_LOCAL;
                    case 'R' -> CallClass.NETWORK_RELAY;
                    default -> CallClass.BACKGROUND;
                })
                .toArray(CallClass[]::new);
    }
}
