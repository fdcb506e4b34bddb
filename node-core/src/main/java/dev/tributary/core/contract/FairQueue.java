package dev.tributary.core.contract;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.value.ContractInstanceId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Schedules contract calls on a limited number of threads. Of sixteen turns, eleven go to local clients, four to peers
 * and one to maintenance; a turn that its class does not use goes to the first class with a call that may run. Within a
 * class contracts are served round robin, and no contract uses more than half of the threads. Safe to use from any
 * thread.
 */
final class FairQueue {

    private static final CallClass[] TURNS = parseTurns("CCCRCCRCCCRCCRCB");

    private final Scheduler threads;
    private final int maxRunning;
    private final int maxRunningOfContract;
    private final int capacity;
    private final int capacityOfContract;
    private final Map<CallClass, Map<ContractInstanceId, Deque<Entry>>> queues = new EnumMap<>(CallClass.class);
    private final Map<ContractInstanceId, Integer> runningOfContract = new HashMap<>();
    private int turn;
    private int running;
    private int queued;
    private int peak;
    private long refused;

    /** A queued or running call. */
    static final class Entry {
        private final ContractInstanceId contract;
        private final CallClass callClass;
        private final QueuedCall<?> work;

        private Entry(ContractInstanceId contract, CallClass callClass, QueuedCall<?> work) {
            this.contract = contract;
            this.callClass = callClass;
            this.work = work;
        }
    }

    /**
     * A queue for these threads.
     *
     * @param limits maximum number of running and of queued calls; one contract may use a quarter of the queue in a
     *     class
     */
    FairQueue(ContractLimits limits, Scheduler threads) {
        this.threads = threads;
        this.maxRunning = limits.threads();
        this.maxRunningOfContract = Math.max(1, maxRunning / 2);
        this.capacity = limits.queuedCalls();
        this.capacityOfContract = Math.max(1, capacity / 4);
        for (CallClass each : CallClass.values()) {
            queues.put(each, new LinkedHashMap<>());
        }
    }

    /** Queues the work; throws {@link NodeBusyException} if the queue, or the contract's part of it, is full. */
    Entry add(ContractInstanceId contract, CallClass callClass, QueuedCall<?> work) {
        Entry call = new Entry(contract, callClass, work);
        synchronized (this) {
            Map<ContractInstanceId, Deque<Entry>> ofClass = ofClass(callClass);
            int ofContract = ofClass.getOrDefault(contract, new ArrayDeque<>(0)).size();
            if (queued >= capacity || ofContract >= capacityOfContract) {
                refused++;
                throw queued >= capacity
                        ? new NodeBusyException("contract calls", capacity)
                        : new NodeBusyException("calls of contract " + contract, capacityOfContract);
            }
            ofClass.computeIfAbsent(contract, unused -> new ArrayDeque<>(4)).add(call);
            peak = Math.max(peak, ++queued);
        }
        dispatch();
        return call;
    }

    /** Removes a queued call whose subscriber cancelled; has no effect on a call that already runs. */
    synchronized void remove(Entry call) {
        Map<ContractInstanceId, Deque<Entry>> ofClass = ofClass(call.callClass);
        Deque<Entry> ofContract = ofClass.get(call.contract);
        if (ofContract != null && ofContract.remove(call)) {
            queued--;
            if (ofContract.isEmpty()) {
                ofClass.remove(call.contract);
            }
        }
    }

    synchronized QueueUsage usage() {
        return new QueueUsage(running, queued, peak, refused);
    }

    private void dispatch() {
        List<Entry> ready = takeReady();
        for (Entry call : ready) {
            try {
                threads.schedule(() -> run(call));
            } catch (RejectedExecutionException rejected) {
                // The scheduler is disposed of, or its own queue is full.
                release(call);
                call.work.fail(new NodeBusyException("contract calls", capacity));
            }
        }
    }

    private void run(Entry call) {
        try {
            call.work.run();
        } finally {
            release(call);
            dispatch();
        }
    }

    private synchronized List<Entry> takeReady() {
        List<Entry> ready = new ArrayList<>(1);
        while (running < maxRunning) {
            Entry next = next();
            if (next == null) {
                break;
            }
            queued--;
            running++;
            runningOfContract.merge(next.contract, 1, Integer::sum);
            ready.add(next);
        }
        return ready;
    }

    private synchronized void release(Entry call) {
        running--;
        runningOfContract.computeIfPresent(call.contract, (contract, count) -> count == 1 ? null : count - 1);
    }

    private @Nullable Entry next() {
        CallClass scheduled = TURNS[turn];
        Entry call = nextOf(scheduled);
        if (call != null) {
            turn = (turn + 1) % TURNS.length;
            return call;
        }
        for (CallClass other : CallClass.values()) {
            call = nextOf(other);
            if (call != null) {
                turn = (turn + 1) % TURNS.length;
                return call;
            }
        }
        return null;
    }

    /** Takes the first call of the next contract in the class that may run; the contract then moves to the end. */
    private @Nullable Entry nextOf(CallClass callClass) {
        Map<ContractInstanceId, Deque<Entry>> ofClass = ofClass(callClass);
        Iterator<Map.Entry<ContractInstanceId, Deque<Entry>>> contracts =
                ofClass.entrySet().iterator();
        while (contracts.hasNext()) {
            Map.Entry<ContractInstanceId, Deque<Entry>> entry = contracts.next();
            if (runningOfContract.getOrDefault(entry.getKey(), 0) < maxRunningOfContract) {
                ContractInstanceId contract = entry.getKey();
                Deque<Entry> calls = entry.getValue();
                contracts.remove();
                Entry call = calls.remove();
                if (!calls.isEmpty()) {
                    ofClass.put(contract, calls);
                }
                return call;
            }
        }
        return null;
    }

    private Map<ContractInstanceId, Deque<Entry>> ofClass(CallClass callClass) {
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
