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
 * Decides whose call runs next. Of sixteen turns eleven are the local clients', four other nodes' and one is the upkeep's;
 * a turn that its class does not need goes to the first class that has something. Within a class contracts take turns,
 * and no contract has more than its share of the threads. Safe to use from any thread.
 */
final class FairQueue {

    private static final CallClass[] WHEEL = wheel("CCCRCCRCCCRCCRCB");

    private final Scheduler threads;
    private final int width;
    private final int share;
    private final int capacity;
    private final int capacityOfOne;
    private final Map<CallClass, Map<ContractInstanceId, Deque<Call>>> waiting = new EnumMap<>(CallClass.class);
    private final Map<ContractInstanceId, Integer> running = new HashMap<>();
    private int turn;
    private int inUse;
    private int queued;
    private int peak;
    private long refused;

    /** A call that waits or runs. */
    static final class Call {
        private final ContractInstanceId contract;
        private final CallClass callClass;
        private final QueuedCall<?> work;

        private Call(ContractInstanceId contract, CallClass callClass, QueuedCall<?> work) {
            this.contract = contract;
            this.callClass = callClass;
            this.work = work;
        }
    }

    /**
     * A queue for these threads.
     *
     * @param limits how many run and wait at once
     */
    FairQueue(ContractLimits limits, Scheduler threads) {
        this.threads = threads;
        this.width = limits.threads();
        this.share = Math.max(1, width / 2);
        this.capacity = limits.queuedCalls();
        this.capacityOfOne = Math.max(1, capacity / 4);
        for (CallClass each : CallClass.values()) {
            waiting.put(each, new LinkedHashMap<>());
        }
    }

    /** Lets the work run when its turn comes; throws {@link NodeBusyException} if too much waits already. */
    Call add(ContractInstanceId contract, CallClass callClass, QueuedCall<?> work) {
        Call call = new Call(contract, callClass, work);
        synchronized (this) {
            Map<ContractInstanceId, Deque<Call>> ofClass = ofClass(callClass);
            int ofContract = ofClass.getOrDefault(contract, new ArrayDeque<>(0)).size();
            if (queued >= capacity || ofContract >= capacityOfOne) {
                refused++;
                throw queued >= capacity
                        ? new NodeBusyException("contract calls", capacity)
                        : new NodeBusyException("calls of contract " + contract, capacityOfOne);
            }
            ofClass.computeIfAbsent(contract, unused -> new ArrayDeque<>(4)).add(call);
            peak = Math.max(peak, ++queued);
        }
        dispatch();
        return call;
    }

    /** Forgets a call that nobody waits for any more; one that runs already is left to its end. */
    synchronized void remove(Call call) {
        Map<ContractInstanceId, Deque<Call>> ofClass = ofClass(call.callClass);
        Deque<Call> ofContract = ofClass.get(call.contract);
        if (ofContract != null && ofContract.remove(call)) {
            queued--;
            if (ofContract.isEmpty()) {
                ofClass.remove(call.contract);
            }
        }
    }

    synchronized QueueUsage usage() {
        return new QueueUsage(inUse, queued, peak, refused);
    }

    private void dispatch() {
        List<Call> ready = takeReady();
        for (Call call : ready) {
            try {
                threads.schedule(() -> run(call));
            } catch (RejectedExecutionException full) {
                // The threads are disposed of, or somebody else fills them.
                release(call);
                call.work.refuse(new NodeBusyException("contract calls", capacity));
            }
        }
    }

    private void run(Call call) {
        try {
            call.work.run();
        } finally {
            release(call);
            dispatch();
        }
    }

    private synchronized List<Call> takeReady() {
        List<Call> ready = new ArrayList<>(1);
        while (inUse < width) {
            Call next = next();
            if (next == null) {
                break;
            }
            queued--;
            inUse++;
            running.merge(next.contract, 1, Integer::sum);
            ready.add(next);
        }
        return ready;
    }

    private synchronized void release(Call call) {
        inUse--;
        running.computeIfPresent(call.contract, (contract, count) -> count == 1 ? null : count - 1);
    }

    private @Nullable Call next() {
        CallClass due = WHEEL[turn];
        Call call = nextOf(due);
        if (call != null) {
            turn = (turn + 1) % WHEEL.length;
            return call;
        }
        for (CallClass other : CallClass.values()) {
            call = nextOf(other);
            if (call != null) {
                turn = (turn + 1) % WHEEL.length;
                return call;
            }
        }
        return null;
    }

    /** The first call of the contract whose turn it is in its class, which then goes to the end. */
    private @Nullable Call nextOf(CallClass callClass) {
        Map<ContractInstanceId, Deque<Call>> ofClass = ofClass(callClass);
        Iterator<Map.Entry<ContractInstanceId, Deque<Call>>> turns =
                ofClass.entrySet().iterator();
        while (turns.hasNext()) {
            Map.Entry<ContractInstanceId, Deque<Call>> entry = turns.next();
            if (running.getOrDefault(entry.getKey(), 0) < share) {
                ContractInstanceId contract = entry.getKey();
                Deque<Call> calls = entry.getValue();
                turns.remove();
                Call call = calls.remove();
                if (!calls.isEmpty()) {
                    ofClass.put(contract, calls);
                }
                return call;
            }
        }
        return null;
    }

    private Map<ContractInstanceId, Deque<Call>> ofClass(CallClass callClass) {
        return waiting.getOrDefault(callClass, Map.of());
    }

    private static CallClass[] wheel(String letters) {
        return letters.chars()
                .mapToObj(letter -> switch (letter) {
                    case 'C' -> CallClass.CLIENT_LOCAL;
                    case 'R' -> CallClass.NETWORK_RELAY;
                    default -> CallClass.BACKGROUND;
                })
                .toArray(CallClass[]::new);
    }
}
