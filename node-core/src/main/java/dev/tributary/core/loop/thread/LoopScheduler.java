package dev.tributary.core.loop.thread;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A scheduler with one thread, for the event loop: a queue without locks and a thread that parks, so that an event is
 * handled as soon as after a bare blocking queue. It runs no delayed tasks, which reject as the contract of
 * {@link Scheduler} says: a node has its timer for them.
 */
public final class LoopScheduler implements Scheduler {

    private final LoopThread thread;

    private LoopScheduler(LoopThread thread) {
        this.thread = thread;
    }

    /** A scheduler whose thread runs until it is disposed, as a daemon. */
    public static LoopScheduler start(String threadName) {
        LoopThread thread = new LoopThread(threadName);
        thread.start();
        return new LoopScheduler(thread);
    }

    @Override
    public Disposable schedule(Runnable action) {
        return schedule(action, Disposables.never());
    }

    /** @throws java.util.concurrent.RejectedExecutionException if the scheduler or the owner is disposed */
    private Disposable schedule(Runnable action, Disposable owner) {
        LoopTask task = new LoopTask(Schedulers.onSchedule(action), owner);
        if (owner.isDisposed() || !thread.add(task)) {
            throw Exceptions.failWithRejected();
        }
        return task;
    }

    @Override
    public Worker createWorker() {
        return new LoopWorker();
    }

    /** Drops all waiting tasks, and interrupts the one that runs. */
    @Override
    public void dispose() {
        thread.end();
    }

    /** Accepts no more tasks, and completes when those that were accepted have run. */
    @Override
    public Mono<Void> disposeGracefully() {
        return thread.drain();
    }

    @Override
    public boolean isDisposed() {
        return !thread.isAccepting();
    }

    @Override
    public void init() {
        if (isDisposed()) {
            throw new IllegalStateException("the scheduler is disposed and cannot be started again");
        }
    }

    @Override
    public String toString() {
        return "LoopScheduler(" + thread.getName() + ")";
    }

    /** Tasks that are disposed together. */
    private final class LoopWorker implements Worker {

        private volatile boolean isDisposed;

        @Override
        public Disposable schedule(Runnable action) {
            return LoopScheduler.this.schedule(action, this);
        }

        @Override
        public void dispose() {
            isDisposed = true;
        }

        @Override
        public boolean isDisposed() {
            return isDisposed;
        }
    }
}
