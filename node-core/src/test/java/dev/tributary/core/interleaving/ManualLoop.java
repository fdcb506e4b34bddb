package dev.tributary.core.interleaving;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * A scheduler whose tasks run when a thread of the scenario says so, in the order in which they were scheduled; a delay
 * counts as none. It stands for the loop's thread, for a thread of a pool, or for a timer.
 */
public final class ManualLoop implements Scheduler {

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean disposed;

    @Override
    public synchronized Disposable schedule(Runnable task) {
        if (disposed) {
            throw new RejectedExecutionException("disposed");
        }
        tasks.add(task);
        return () -> remove(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return schedule(task);
    }

    @Override
    public Worker createWorker() {
        throw new UnsupportedOperationException();
    }

    /** Rejects all later tasks; those before still run. */
    @Override
    public synchronized void dispose() {
        disposed = true;
    }

    @Override
    public synchronized boolean isDisposed() {
        return disposed;
    }

    /** Runs at most this many tasks: stops when there is none. */
    public void turns(int count) {
        int turn = 0;
        while (turn < count && runNext()) {
            turn++;
        }
    }

    /** Runs all tasks, and those that they schedule; fails if that does not end. */
    public void settle() {
        for (int turn = 0; turn < 1000; turn++) {
            if (!runNext()) {
                return;
            }
        }
        throw new AssertionError("the loop does not come to rest");
    }

    private boolean runNext() {
        Runnable task = next();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    private synchronized @Nullable Runnable next() {
        return tasks.poll();
    }

    private synchronized void remove(Runnable task) {
        tasks.remove(task);
    }
}
