package dev.tributary.core.simulation.time;

import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** A worker on virtual time; disposing drops its pending tasks. */
final class VirtualWorker extends VirtualExecutor implements Scheduler.Worker {

    private final SimulatedTime time;
    private final Disposable owner;
    private boolean disposed;

    VirtualWorker(SimulatedTime time, Disposable owner) {
        this.time = time;
        this.owner = owner;
    }

    Disposable owner() {
        return owner;
    }

    @Override
    SimulatedTime time() {
        return time;
    }

    @Override
    public void dispose() {
        disposed = true;
    }

    @Override
    public boolean isDisposed() {
        return disposed || owner.isDisposed();
    }
}
