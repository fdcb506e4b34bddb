package dev.tributary.core.simulation;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/** All threads of one simulated node: virtual time until the node is killed, from then on nothing of it runs any more. */
final class NodeTime implements Scheduler {

    private final SimulatedTime time;
    private boolean disposed;

    NodeTime(SimulatedTime time) {
        this.time = time;
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
    public long now(TimeUnit unit) {
        return time.now(unit);
    }

    @Override
    public Worker createWorker() {
        return new VirtualWorker(time, this);
    }

    @Override
    public void dispose() {
        disposed = true;
    }

    @Override
    public boolean isDisposed() {
        return disposed || time.isDisposed();
    }

    private void requireOpen() {
        if (isDisposed()) {
            throw Exceptions.failWithRejected();
        }
    }
}
