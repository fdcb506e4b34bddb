package dev.tributary.core.contract;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * Schedules contract calls on a limited number of threads. Of sixteen turns, eleven go to local clients, four to peers
 * and one to maintenance; a turn that its class does not use goes to the first class with a call that may run. Within a
 * class contracts are served round robin, and no contract uses more than half of the threads. A call over its time is
 * answered, named and interrupted, and gives up its place, so that a further thread serves the others. Safe to use from
 * any thread.
 */
final class FairQueue {

    private static final CallClass[] TURNS = parseTurns("CCCRCCRCCCRCCRCB");

    /** Time after which a call is overdue: longer than WebAssembly takes to its own limit, and than any correct call. */
    static final Duration CALL_TIME = Duration.ofSeconds(25);

    /** Number of frames of an overdue call that are shown. */
    private static final int SHOWN_FRAMES = 5;

    /** Stands for the contract of a probe. No contract has this id. */
    private static final ContractInstanceId PROBES = new ContractInstanceId(Bytes.wrap(new byte[32]));

    private static final Logger log = LoggerFactory.getLogger(FairQueue.class);

    private final Scheduler threads;
    private final TimeSource time;
    private final int maxRunning;
    private final int maxReplaced;
    private final int maxRunningOfContract;
    private final int capacity;
    private final int capacityOfContract;
    private final Map<CallClass, Map<ContractInstanceId, Deque<Entry>>> queues = new EnumMap<>(CallClass.class);
    private final Map<ContractInstanceId, Integer> runningOfContract = new HashMap<>();
    private final Set<Entry> runningCalls = new HashSet<>();
    private final Deque<QueuedCall<?>> probes = new ArrayDeque<>(1);
    private int replaced;
    private long overdueCalls;
    private int turn;
    private int running;
    private int queued;
    private int peak;
    private long refused;

    /** A call did not return within its time; the executor names the contract. */
    static final class OverTimeException extends RuntimeException {

        OverTimeException(Duration limit) {
            super("it did not return within " + limit.toMillis() + " ms", null, false, false);
        }
    }

    /** A queued or running call. */
    static final class Entry {
        private final ContractInstanceId contract;
        private final CallClass callClass;
        private final QueuedCall<?> work;
        private volatile @Nullable Thread thread;
        private long startedAt;
        private boolean overdue;
        private boolean isReplaced;

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
    FairQueue(ContractLimits limits, Scheduler threads, TimeSource time) {
        this.threads = threads;
        this.time = time;
        this.maxRunning = limits.threads();
        this.maxReplaced = maxReplaced(limits);
        this.maxRunningOfContract = Math.max(1, maxRunning / 2);
        this.capacity = limits.queuedCalls();
        this.capacityOfContract = Math.max(1, capacity / 4);
        for (CallClass each : CallClass.values()) {
            queues.put(each, new LinkedHashMap<>());
        }
    }

    /** Maximum number of threads beyond the usual number, each in place of one whose call is over its time. */
    static int maxReplaced(ContractLimits limits) {
        return Math.max(2, limits.threads());
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

    /** Runs this on the next free thread, before all calls: what it costs must not matter. */
    void probe(QueuedCall<?> work) {
        synchronized (this) {
            probes.add(work);
        }
        dispatch();
    }

    synchronized void removeProbe(QueuedCall<?> work) {
        probes.remove(work);
    }

    /** True if all threads run calls that are not over their time, so that one of them will be free. */
    synchronized boolean isWithinTime(Duration limit) {
        long oldest = time.nanos() - limit.toNanos();
        return running >= maxRunning
                && runningCalls.stream().allMatch(call -> call.isReplaced || call.startedAt - oldest >= 0);
    }

    synchronized QueueUsage usage() {
        long now = time.nanos();
        List<OverdueCall> overdue = runningCalls.stream()
                .filter(call -> call.overdue)
                .map(call -> describe(call, now))
                .toList();
        return new QueueUsage(running, queued, peak, refused, overdue, overdueCalls);
    }

    /** Ends the calls that have run for longer than this. Called now and then, on any thread. */
    void endOverdue(Duration limit) {
        for (Entry call : takeOverdue(time.nanos() - limit.toNanos())) {
            OverdueCall described = describe(call, time.nanos());
            log.warn(
                    "contract call over its time contract={} thread={} seconds={} stack={}",
                    described.contract(),
                    described.thread(),
                    described.running().toSeconds(),
                    described.stack());
            call.work.giveUp(new OverTimeException(limit));
        }
        dispatch();
    }

    /** Marks the calls that began before this time, and gives their places to further threads while that is allowed. */
    private synchronized List<Entry> takeOverdue(long startedBefore) {
        List<Entry> overdue = new ArrayList<>();
        for (Entry call : runningCalls) {
            if (!call.overdue && call.startedAt - startedBefore < 0) {
                call.overdue = true;
                overdueCalls++;
                overdue.add(call);
                if (replaced < maxReplaced) {
                    replaced++;
                    running--;
                    call.isReplaced = true;
                }
            }
        }
        return overdue;
    }

    private static OverdueCall describe(Entry call, long now) {
        Thread thread = call.thread;
        List<String> stack = thread == null
                ? List.of()
                : Arrays.stream(thread.getStackTrace())
                        .limit(SHOWN_FRAMES)
                        .map(frame -> frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                        .toList();
        return new OverdueCall(
                call.contract,
                thread == null ? "none" : thread.getName(),
                Duration.ofNanos(Math.max(0, now - call.startedAt)),
                stack);
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
        call.thread = Thread.currentThread();
        try {
            call.work.run();
        } finally {
            call.thread = null;
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
            running++;
            next.startedAt = time.nanos();
            runningCalls.add(next);
            runningOfContract.merge(next.contract, 1, Integer::sum);
            ready.add(next);
        }
        return ready;
    }

    private synchronized void release(Entry call) {
        runningCalls.remove(call);
        if (call.isReplaced) {
            replaced--;
        } else {
            running--;
        }
        runningOfContract.computeIfPresent(call.contract, (contract, count) -> count == 1 ? null : count - 1);
    }

    private @Nullable Entry next() {
        QueuedCall<?> probe = probes.poll();
        if (probe != null) {
            return new Entry(PROBES, CallClass.CLIENT_LOCAL, probe);
        }
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
                queued--;
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
