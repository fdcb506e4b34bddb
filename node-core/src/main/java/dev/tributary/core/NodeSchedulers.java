package dev.tributary.core;

import dev.tributary.core.contract.ContractExecutor;
import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.engine.EngineThreads;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
     * Platform threads that contracts may block; a call is ended by an interrupt. They share one queue, so that a call
     * never waits behind a running one while another thread is free, and there are more of them than calls at once, in
     * place of those whose call does not return.
     */
    private static Scheduler contractThreads(ContractLimits limits) {
        AtomicInteger count = new AtomicInteger();
        int most = ContractExecutor.maxThreads(limits);
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(Math.max(1, limits.queuedCalls())),
                task -> {
                    String name = "tributary-contract-" + count.incrementAndGet();
                    Thread thread = new Thread(null, task, name, CONTRACT_STACK_BYTES);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return Schedulers.fromExecutorService(threads, "tributary-contract");
    }
}
