package dev.tributary.core.simulation.time;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * The scheduler for all threads of one simulated node, on virtual time. Once disposed, because the node was killed, it
 * runs no more tasks. While it is paused, tasks that become due are deferred.
 */
public final class NodeScheduler extends VirtualExecutor implements Scheduler {

    private final SimulatedTime time;
    private final List<VirtualTask> deferred = new ArrayList<>();
    private boolean paused;
    private boolean disposed;

    public NodeScheduler(SimulatedTime time) {
        this.time = time;
    }

    @Override
    SimulatedTime time() {
        return time;
    }

    @Override
    public long now(TimeUnit unit) {
        return time.now(unit);
    }

    @Override
    public Worker createWorker() {
        return new VirtualWorker(time, this);
    }

    /** The node scheduler that this owner of a task belongs to, or null if it belongs to none. */
    static @Nullable NodeScheduler of(Disposable owner) {
        Disposable threads = owner instanceof VirtualWorker worker ? worker.owner() : owner;
        return threads instanceof NodeScheduler node ? node : null;
    }

    /** Pauses all tasks. */
    public void pause() {
        paused = true;
    }

    /** Resumes; the deferred tasks run now. */
    public void resume() {
        paused = false;
        time.runNow(deferred);
        deferred.clear();
    }

    /** Defers the task if the scheduler is paused; says whether it did. */
    boolean defersWhilePaused(VirtualTask task) {
        if (paused) {
            deferred.add(task);
        }
        return paused;
    }

    @Override
    public void dispose() {
        disposed = true;
        paused = false;
        deferred.clear();
    }

    @Override
    public boolean isDisposed() {
        return disposed || time.isDisposed();
    }
}
