package dev.tributary.core.simulation;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * All threads of one node, on a scheduler that several nodes share: calls made by its tasks belong to the node.
 *
 * @param node the name in {@link CallTrace}
 */
record LabelledScheduler(String node, Scheduler shared) implements Scheduler {

    @Override
    public Disposable schedule(Runnable task) {
        return shared.schedule(labelled(task));
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return shared.schedule(labelled(task), delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return shared.schedulePeriodically(labelled(task), initialDelay, period, unit);
    }

    @Override
    public long now(TimeUnit unit) {
        return shared.now(unit);
    }

    @Override
    public Worker createWorker() {
        Worker worker = shared.createWorker();
        return new Worker() {
            @Override
            public Disposable schedule(Runnable task) {
                return worker.schedule(labelled(task));
            }

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                return worker.schedule(labelled(task), delay, unit);
            }

            @Override
            public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
                return worker.schedulePeriodically(labelled(task), initialDelay, period, unit);
            }

            @Override
            public void dispose() {
                worker.dispose();
            }

            @Override
            public boolean isDisposed() {
                return worker.isDisposed();
            }
        };
    }

    private Runnable labelled(Runnable task) {
        return () -> {
            CallTrace.enterNode(node);
            task.run();
        };
    }
}
