package dev.tributary.core;

import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.ContractLimits;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The threads that run contracts: platform threads that contracts may block; a call is ended by an interrupt. */
final class ContractThreads {

    /** Idle time in seconds after which a thread ends; it is created again on demand. */
    private static final int IDLE_SECONDS = 300;

    /** Stack size, as in the network's other nodes; only the used depth takes memory. */
    private static final long STACK_BYTES = 8L << 20;

    private ContractThreads() {}

    /**
     * Creates the threads, with a bounded queue. The scheduler prefers an idle thread to a new one, and queues behind a
     * busy one only when there is no other. So there are twice as many threads as calls at once: a thread that has just
     * ended its call still counts as busy, and no call waits behind one that does not return.
     */
    static Scheduler scheduler(ContractLimits limits) {
        int queuedForEach = Math.max(1, limits.queuedCalls() / limits.threads());
        AtomicInteger count = new AtomicInteger();
        ThreadFactory threads = task -> {
            String name = "tributary-contract-" + count.incrementAndGet();
            Thread thread = new Thread(null, task, name, STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        };
        return Schedulers.newBoundedElastic(
                2 * ContractExecutor.maxThreads(limits), queuedForEach, threads, IDLE_SECONDS);
    }
}
