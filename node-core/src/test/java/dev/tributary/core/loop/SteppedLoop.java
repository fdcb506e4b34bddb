package dev.tributary.core.loop;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * A loop thread that runs its tasks when the test says so. A channel asks it whether it has ended between finding its queue
 * full and enqueueing the sender: there a test can let something happen once.
 */
final class SteppedLoop implements Scheduler {

    /** More batches than any test needs, so that an endless series of them fails. */
    private static final int MAX_TASKS = 100;

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private @Nullable Runnable beforeEnqueue;
    private @Nullable RuntimeException refusal;
    private boolean disposed;

    /** Lets this happen before the next sender is enqueued. */
    void beforeEnqueue(Runnable step) {
        beforeEnqueue = step;
    }

    /** Fails each schedule from now on; null to accept tasks again. */
    void refuse(@Nullable RuntimeException failure) {
        refusal = failure;
    }

    /** Runs the tasks, and those that they schedule. */
    void run() {
        for (int i = 0; !tasks.isEmpty(); i++) {
            if (i == MAX_TASKS) {
                throw new AssertionError("the loop does not come to rest");
            }
            tasks.remove().run();
        }
    }

    @Override
    public Disposable schedule(Runnable task) {
        if (refusal != null) {
            throw refusal;
        }
        tasks.add(task);
        return Disposables.disposed();
    }

    @Override
    public Worker createWorker() {
        throw new UnsupportedOperationException("a channel needs no worker");
    }

    @Override
    public boolean isDisposed() {
        Runnable step = beforeEnqueue;
        beforeEnqueue = null;
        if (step != null) {
            step.run();
        }
        return disposed;
    }

    @Override
    public void dispose() {
        disposed = true;
    }
}
