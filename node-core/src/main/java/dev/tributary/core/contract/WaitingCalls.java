package dev.tributary.core.contract;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.value.ContractInstanceId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for a contract thread, and their order: probes first, then the classes in turns. Within a class,
 * the contracts that are known to be quick and the others wait in lanes of their own, which take turns too: while no
 * further unknown contract may run, its lane costs nothing. Guarded by the lock of its {@link FairQueue}.
 */
final class WaitingCalls {

    private static final CallClass[] TURNS = parseTurns("CCCRCCRCCCRCCRCB");

    /** Stands for the contract of a probe. */
    private static final ContractInstanceId PROBES = ContractInstanceId.NONE;

    private final int capacity;
    private final int capacityOfContract;
    private final Map<CallClass, CallLane> quick = new EnumMap<>(CallClass.class);
    private final Map<CallClass, CallLane> unknown = new EnumMap<>(CallClass.class);
    private final Deque<QueuedCall<?>> probes = new ArrayDeque<>(1);
    private int turn;
    private boolean isTurnOfUnknown;
    private int size;
    private int peak;
    private long refused;

    /** An empty queue for this number of calls; one contract may use a quarter of it in a class. */
    WaitingCalls(int capacity) {
        this.capacity = capacity;
        this.capacityOfContract = Math.max(1, capacity / 4);
        for (CallClass each : CallClass.values()) {
            quick.put(each, new CallLane());
            unknown.put(each, new CallLane());
        }
    }

    /**
     * Adds the call; throws {@link NodeBusyException} if the queue, or the contract's part of it, is full.
     *
     * @param isUnknown whether nothing says that the call will be quick; calls of a contract stay together
     */
    void add(ScheduledCall call, boolean isUnknown) {
        CallLane lane = lane(call.callClass(), isUnknown);
        CallLane other = lane(call.callClass(), !isUnknown);
        CallLane joined = other.has(call.contract()) ? other : lane;
        if (size >= capacity || joined.sizeOf(call.contract()) >= capacityOfContract) {
            refused++;
            throw size >= capacity
                    ? new NodeBusyException("contract calls", capacity)
                    : new NodeBusyException("calls of contract " + call.contract(), capacityOfContract);
        }
        joined.add(call);
        peak = Math.max(peak, ++size);
    }

    /** Removes the call; has no effect if it does not wait. */
    void remove(ScheduledCall call) {
        if (lane(call.callClass(), false).remove(call)
                || lane(call.callClass(), true).remove(call)) {
            size--;
        }
    }

    /** The contract is known to be quick from now on, or not any more: its calls change lanes. */
    void markQuick(ContractInstanceId contract, boolean isQuick) {
        for (CallClass each : CallClass.values()) {
            if (each != CallClass.CLIENT_LOCAL) {
                lane(each, isQuick).move(contract, lane(each, !isQuick));
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

    /** Takes the next call that may run, or null if there is none. */
    @Nullable
    ScheduledCall next(CallAdmission admission) {
        QueuedCall<?> probe = probes.poll();
        if (probe != null) {
            return new ScheduledCall(PROBES, CallClass.CLIENT_LOCAL, probe);
        }
        ScheduledCall call = size == 0 ? null : nextOf(TURNS[turn], admission);
        for (CallClass other : CallClass.values()) {
            call = call == null && size > 0 ? nextOf(other, admission) : call;
        }
        if (call != null) {
            turn = (turn + 1) % TURNS.length;
            size--;
        }
        return call;
    }

    private @Nullable ScheduledCall nextOf(CallClass callClass, CallAdmission admission) {
        ScheduledCall call = poll(callClass, isTurnOfUnknown, admission);
        if (call != null) {
            isTurnOfUnknown = !isTurnOfUnknown;
            return call;
        }
        return poll(callClass, !isTurnOfUnknown, admission);
    }

    private @Nullable ScheduledCall poll(CallClass callClass, boolean isUnknown, CallAdmission admission) {
        if (!admission.isOpen(callClass, isUnknown)) {
            return null;
        }
        ScheduledCall call = lane(callClass, isUnknown).poll(admission::mayRun);
        if (call != null) {
            call.markUnknown(isUnknown);
        }
        return call;
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

    private CallLane lane(CallClass callClass, boolean isUnknown) {
        return Objects.requireNonNull((isUnknown ? unknown : quick).get(callClass));
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
