package dev.tributary.core.repair;

import dev.tributary.core.hosting.HostedContracts;
import dev.tributary.core.operation.GetOperation;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.request.WorkSignal;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The upkeep of the copies on the disk, in three workers that never end: one replaces damaged copies, one reads all copies
 * now and then, and one measures the disk.
 */
public final class RepairTasks {

    private final RequestContext context;
    private final CopyRepair repair;
    private final Scrub scrub;
    private final StoreMonitor monitor;

    /**
     * Creates the tasks; {@link #run} starts them.
     *
     * @param gets finds and stores other copies of damaged contracts
     */
    public RepairTasks(RequestContext context, HostedContracts contracts, GetOperation gets) {
        this.context = context;
        this.repair = new CopyRepair(context, contracts, gets);
        this.scrub = new Scrub(context, contracts);
        this.monitor = new StoreMonitor(context, contracts);
    }

    /** Pauses or resumes the reading of all copies. Safe to call from any thread. */
    public void setScrubPaused(boolean paused) {
        scrub.setPaused(paused);
    }

    /** Runs until it is cancelled. Subscribe once. */
    public Mono<Void> run() {
        return Mono.when(
                worker("repair", repair.work()),
                worker("scrub", scrub.work()),
                worker("store-monitor", monitor.work()));
    }

    private Mono<Void> worker(String name, Flux<?> work) {
        return WorkSignal.worker(name, work, context.timer());
    }
}
