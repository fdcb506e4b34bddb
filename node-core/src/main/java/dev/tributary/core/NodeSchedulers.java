package dev.tributary.core;

import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.engine.EngineThreads;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads of a node.
 *
 * @param loop one thread, which handles every event
 * @param timer one thread, for timeouts and pauses
 * @param contracts runs contracts: one thread per concurrent contract call, with a bounded queue that rejects when full
 * @param callbacks emits results: user code runs here and must not block
 */
public record NodeSchedulers(Scheduler loop, Scheduler timer, Scheduler contracts, Scheduler callbacks)
        implements EngineThreads {

    /** Idle time in seconds after which a contract thread ends; it is created again on demand. */
    private static final int IDLE_SECONDS = 300;

    /** Stack size of contract threads, as in the network's other nodes; only the used depth takes memory. */
    private static final long CONTRACT_STACK_BYTES = 8L << 20;

    /** Schedulers owned by one node; all threads are daemons. */
    static NodeSchedulers create(ContractLimits contracts) {
        return new NodeSchedulers(
                Schedulers.newSingle("tributary-loop", true),
                Schedulers.newSingle("tributary-timer", true),
                contractThreads(contracts),
                Schedulers.parallel());
    }

    /**
     * Disposes the node's own schedulers; the callback threads are shared by the process. Disposing waits for locks, so
     * it runs on a thread that may block and is not disposed here.
     */
    Mono<Void> dispose() {
        return Mono.<Void>fromRunnable(() -> {
                    loop.dispose();
                    timer.dispose();
                    contracts.dispose();
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    /**
     * Platform threads that contracts may block; a call is ended by an interrupt. The scheduler prefers an idle thread to
     * a new one, and queues behind a busy one only when there is no other. So there are twice as many threads as calls at
     * once: a thread that has just ended its call still counts as busy, and no call waits behind one that does not return.
     */
    private static Scheduler contractThreads(ContractLimits limits) {
        int queuedForEach = Math.max(1, limits.queuedCalls() / limits.threads());
        AtomicInteger count = new AtomicInteger();
        ThreadFactory threads = task -> {
            String name = "tributary-contract-" + count.incrementAndGet();
            Thread thread = new Thread(null, task, name, CONTRACT_STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        };
        return Schedulers.newBoundedElastic(
                2 * ContractExecutor.maxThreads(limits), queuedForEach, threads, IDLE_SECONDS);
    }
}
