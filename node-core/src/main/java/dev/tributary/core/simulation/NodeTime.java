package dev.tributary.core.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;

/**
 * All threads of one simulated node: virtual time until the node is killed, from then on nothing of it runs any more. While
 * they stand still, what is due is kept.
 */
final class NodeTime implements Scheduler {

    private final SimulatedTime time;
    private final List<VirtualTask> kept = new ArrayList<>();
    private boolean still;
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

    /** The node whose threads this owner of tasks is one of, or null if it is no node's. */
    static @Nullable NodeTime of(Disposable owner) {
        Disposable threads = owner instanceof VirtualWorker worker ? worker.owner() : owner;
        return threads instanceof NodeTime node ? node : null;
    }

    /** Nothing runs from now on. */
    void standStill() {
        still = true;
    }

    /** Everything runs again; what was due meanwhile does so now. */
    void goOn() {
        still = false;
        time.runNow(kept);
        kept.clear();
    }

    /** Whether the task is not to run now; it is kept for later then. */
    boolean keeps(VirtualTask task) {
        if (still) {
            kept.add(task);
        }
        return still;
    }

    @Override
    public void dispose() {
        disposed = true;
        still = false;
        kept.clear();
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
