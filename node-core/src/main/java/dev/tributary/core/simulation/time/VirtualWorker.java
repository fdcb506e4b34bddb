package dev.tributary.core.simulation.time;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/** A worker on virtual time; disposing drops its pending tasks. */
final class VirtualWorker implements Scheduler.Worker {

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
    public Disposable schedule(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        requireOpen();
        return time.add(task, unit.toNanos(delay), this);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        requireOpen();
        return time.addPeriodic(task, unit.toNanos(initialDelay), unit.toNanos(period), this);
    }

    @Override
    public void dispose() {
        disposed = true;
    }

    @Override
    public boolean isDisposed() {
        return disposed || owner.isDisposed();
    }

    private void requireOpen() {
        if (isDisposed()) {
            throw Exceptions.failWithRejected();
        }
    }
}
