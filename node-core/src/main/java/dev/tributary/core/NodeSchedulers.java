package dev.tributary.core;

import dev.tributary.core.contract.ContractLimits;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The threads of a node.
 *
 * @param loop one thread: every event is handled on it
 * @param timer one thread: deadlines and pauses
 * @param contracts where contracts run: as many threads as contracts may run at once, with a bounded queue that rejects
 * @param callbacks where results leave the node: user code runs here and must not block
 */
public record NodeSchedulers(Scheduler loop, Scheduler timer, Scheduler contracts, Scheduler callbacks) {

    /** After this long without work a contract thread ends; it is made again when it is needed. */
    private static final int IDLE_SECONDS = 300;

    /** What the network's other nodes give contracts; memory is taken only as deep as calls really nest. */
    private static final long CONTRACT_STACK_BYTES = 8L << 20;

    /** Threads of a node's own, all of them daemons. */
    static NodeSchedulers own(ContractLimits contracts) {
        return new NodeSchedulers(
                Schedulers.newSingle("tributary-loop", true),
                Schedulers.newSingle("tributary-timer", true),
                contractThreads(contracts),
                Schedulers.parallel());
    }

    /**
     * Lets go of the threads that belong to the node; the callbacks' are everybody's. It waits for locks, so it happens
     * on a thread that may, and not on one of those that go.
     */
    Mono<Void> dispose() {
        return Mono.<Void>fromRunnable(() -> {
                    loop.dispose();
                    timer.dispose();
                    contracts.dispose();
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    /** Ordinary threads, on which a contract may block: a call is ended by an interrupt. */
    private static Scheduler contractThreads(ContractLimits limits) {
        int queuedForEach = Math.max(1, limits.queuedCalls() / limits.threads());
        AtomicInteger count = new AtomicInteger();
        ThreadFactory threads = task -> {
            String name = "tributary-contract-" + count.incrementAndGet();
            Thread thread = new Thread(null, task, name, CONTRACT_STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        };
        return Schedulers.newBoundedElastic(limits.threads(), queuedForEach, threads, IDLE_SECONDS);
    }
}
