package dev.tributary.core.contract;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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
 * class contracts are served round robin, and no contract uses more than half of the threads. Of four threads or more, one is only
 * for clients, and half of the others but one run calls of peers for contracts that are not known to be quick: so contracts
 * that strangers bring and that use all their time delay each other only, and leave processors free. A call over its time is
 * answered, named and interrupted, and gives up its place, so that a further thread serves the others. Safe to use from
 * any thread.
 */
final class FairQueue implements CallAdmission {

    /** Time after which a call is overdue: longer than WebAssembly takes to its own limit, and than any correct call. */
    static final Duration CALL_TIME = Duration.ofSeconds(25);

    /**
     * Number of threads beyond the number of processors: calls of peers for contracts that are not known to be quick get
     * half of the others, so that they leave processors free too.
     */
    private static final int RESERVED = 2;

    /** Time that a call of a quick contract takes at most: a hundred times that of most contracts. */
    private static final Duration QUICK = Duration.ofMillis(100);

    /** Maximum number of contracts that are known to be quick; beyond it the one called longest ago is forgotten. */
    private static final int MAX_QUICK = 4096;

    private static final Logger log = LoggerFactory.getLogger(FairQueue.class);

    private final Scheduler threads;
    private final TimeSource time;
    private final int maxRunning;
    private final int maxReplaced;
    private final int maxRunningOfContract;
    private final int maxRunningForPeers;
    private final int maxRunningUnknown;
    private final int capacity;
    private final Map<ContractInstanceId, Integer> runningOfContract = new HashMap<>();
    private final Set<ScheduledCall> runningCalls = new HashSet<>();
    private final WaitingCalls waiting;
    private int replaced;
    private long overdueCalls;
    private int running;
    private int runningForPeers;
    private int runningUnknown;
    private final BoundedMap<ContractInstanceId, Boolean> quick = BoundedMap.leastRecentlyUsed(MAX_QUICK);

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
        boolean isDivided = maxRunning > RESERVED + 1;
        this.maxRunningForPeers = isDivided ? maxRunning - 1 : maxRunning;
        this.maxRunningUnknown = isDivided ? (maxRunning - RESERVED + 1) / 2 : maxRunning;
        this.capacity = limits.queuedCalls();
        this.waiting = new WaitingCalls(capacity);
    }

    /** Maximum number of threads beyond the usual number, each in place of one whose call is over its time. */
    static int maxReplaced(ContractLimits limits) {
        return Math.max(2, limits.threads());
    }

    /** Queues the work; throws {@link NodeBusyException} if the queue, or the contract's part of it, is full. */
    ScheduledCall add(ContractInstanceId contract, CallClass callClass, QueuedCall<?> work) {
        ScheduledCall call = new ScheduledCall(contract, callClass, work);
        synchronized (this) {
            waiting.add(call, isForPeers(callClass) && !quick.containsKey(contract));
        }
        dispatch();
        return call;
    }

    /** Removes a queued call whose subscriber cancelled; has no effect on a call that already runs. */
    synchronized void remove(ScheduledCall call) {
        waiting.remove(call);
    }

    /** Runs this on the next free thread, before all calls: what it costs must not matter. */
    void probe(QueuedCall<?> work) {
        synchronized (this) {
            waiting.addProbe(work);
        }
        dispatch();
    }

    synchronized void removeProbe(QueuedCall<?> work) {
        waiting.removeProbe(work);
    }

    /** True if all threads run calls that are not over their time, so that one of them will be free. */
    synchronized boolean isWithinTime(Duration limit) {
        long oldest = time.nanos() - limit.toNanos();
        return running >= maxRunning
                && runningCalls.stream().allMatch(call -> call.isReplaced() || !call.startedBefore(oldest));
    }

    synchronized QueueUsage usage() {
        long now = time.nanos();
        List<OverdueCall> overdue = runningCalls.stream()
                .filter(ScheduledCall::isOverdue)
                .map(call -> call.describe(now))
                .toList();
        return new QueueUsage(running, waiting.size(), waiting.peak(), waiting.refused(), overdue, overdueCalls);
    }

    /** The call that has run longest; null if none runs. */
    synchronized @Nullable ScheduledCall longestRunning() {
        if (runningCalls.isEmpty()) {
            return null;
        }
        ScheduledCall longest = null;
        for (ScheduledCall call : runningCalls) {
            longest = longest == null || call.startedBefore(longest.startedAt()) ? call : longest;
        }
        return longest;
    }

    /** Ends the calls that have run for longer than this. Called now and then, on any thread. */
    void endOverdue(Duration limit) {
        for (ScheduledCall call : takeOverdue(time.nanos() - limit.toNanos())) {
            OverdueCall described = call.describe(time.nanos());
            log.warn(
                    "contract call over its time contract={} thread={} seconds={} stack={}",
                    described.contract(),
                    described.thread(),
                    described.running().toSeconds(),
                    described.stack());
            call.work().giveUp(new OverTimeException(limit));
        }
        dispatch();
    }

    /** Marks the calls that began before this time, and gives their places to further threads while that is allowed. */
    private synchronized List<ScheduledCall> takeOverdue(long startedBefore) {
        List<ScheduledCall> overdue = new ArrayList<>();
        for (ScheduledCall call : runningCalls) {
            if (!call.isOverdue() && call.startedBefore(startedBefore)) {
                call.markOverdue();
                overdueCalls++;
                overdue.add(call);
                if (replaced < maxReplaced) {
                    replaced++;
                    countRunning(call, -1);
                    call.markReplaced();
                }
            }
        }
        return overdue;
    }

    private void dispatch() {
        takeReady().forEach(this::schedule);
    }

    private void schedule(ScheduledCall call) {
        try {
            threads.schedule(() -> run(call));
        } catch (RejectedExecutionException rejected) {
            // The scheduler is disposed of, or its own queue is full.
            release(call);
            call.work().fail(new NodeBusyException("contract calls", capacity));
        }
    }

    /** Runs the call, and then on the same thread what may run next: to wake another one costs more than most calls. */
    private void run(ScheduledCall first) {
        @Nullable ScheduledCall call = first;
        while (call != null) {
            boolean hasReturned = false;
            try {
                call.run();
                hasReturned = true;
            } finally {
                release(call);
                List<ScheduledCall> ready = takeReady();
                call = hasReturned && !ready.isEmpty() ? ready.get(0) : null;
                ready.stream().skip(call == null ? 0 : 1).forEach(this::schedule);
            }
        }
    }

    private synchronized List<ScheduledCall> takeReady() {
        List<ScheduledCall> ready = new ArrayList<>(1);
        while (running < maxRunning) {
            ScheduledCall next = waiting.next(this);
            if (next == null) {
                break;
            }
            next.markStarted(time.nanos());
            countRunning(next, 1);
            runningCalls.add(next);
            runningOfContract.merge(next.contract(), 1, Integer::sum);
            ready.add(next);
        }
        return ready;
    }

    private synchronized void release(ScheduledCall call) {
        runningCalls.remove(call);
        if (call.isReplaced()) {
            replaced--;
        } else {
            countRunning(call, -1);
        }
        rememberWhetherQuick(call);
        runningOfContract.computeIfPresent(call.contract(), (contract, count) -> count == 1 ? null : count - 1);
    }

    private void countRunning(ScheduledCall call, int change) {
        running += change;
        runningForPeers += isForPeers(call.callClass()) ? change : 0;
        runningUnknown += call.isUnknown() ? change : 0;
    }

    private void rememberWhetherQuick(ScheduledCall call) {
        boolean isQuick = !call.startedBefore(time.nanos() - QUICK.toNanos());
        boolean wasQuick = quick.remove(call.contract()) != null;
        if (isQuick) {
            quick.put(call.contract(), true);
        }
        if (isQuick != wasQuick) {
            waiting.markQuick(call.contract(), isQuick);
        }
    }

    @Override
    public boolean isOpen(CallClass callClass, boolean isUnknown) {
        return (!isForPeers(callClass) || runningForPeers < maxRunningForPeers)
                && (!isUnknown || runningUnknown < maxRunningUnknown);
    }

    @Override
    public boolean mayRun(ContractInstanceId contract) {
        return runningOfContract.getOrDefault(contract, 0) < maxRunningOfContract;
    }

    private static boolean isForPeers(CallClass callClass) {
        return callClass != CallClass.CLIENT_LOCAL;
    }
}
