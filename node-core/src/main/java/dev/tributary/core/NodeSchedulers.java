package dev.tributary.core;

import dev.tributary.core.contract.ContractLimits;
import dev.tributary.core.engine.EngineThreads;
import dev.tributary.core.loop.thread.LoopScheduler;
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

    /** Schedulers owned by one node; all threads are daemons. */
    static NodeSchedulers create(ContractLimits contracts) {
        return new NodeSchedulers(
                LoopScheduler.start("tributary-loop"),
                Schedulers.newSingle("tributary-timer", true),
                ContractThreads.scheduler(contracts),
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
}
