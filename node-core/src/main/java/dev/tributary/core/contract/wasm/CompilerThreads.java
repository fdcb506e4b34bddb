package dev.tributary.core.contract.wasm;

import dev.tributary.core.contract.CallClass;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs one load at a time, so that a flood of new contracts cannot take all processors. What a client waits for comes
 * before what peers bring, and that before maintenance; clients have places of their own. A thread whose load was given
 * up is replaced at once, so that other modules do not wait for it, by up to a limited number of further threads.
 */
final class CompilerThreads implements AutoCloseable {

    private static final int IDLE_SECONDS = 60;

    /** The places of clients are this fraction of those of all others. */
    private static final int CLIENT_FRACTION = 4;

    private final ThreadPoolExecutor threads;
    private final int maxWaiting;
    private final int maxGivenUp;
    private int givenUp;
    private long nextSequence;

    CompilerThreads(WasmLimits limits, long stackBytes) {
        this.maxWaiting = limits.compiler().queuedModules();
        this.maxGivenUp = limits.loading().givenUpThreads();
        this.threads =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new PriorityBlockingQueue<>(), task -> {
                    Thread thread = new Thread(null, task, "tributary-contract-compiler", stackBytes);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Throws {@link RejectedExecutionException} if there is no place for a load of this class. */
    synchronized Load execute(CallClass callClass, Runnable task) {
        int places = callClass == CallClass.CLIENT_LOCAL ? maxWaiting + maxWaiting / CLIENT_FRACTION : maxWaiting;
        if (threads.getQueue().size() >= places) {
            throw new RejectedExecutionException(places + " loads wait");
        }
        Load load = new Load(callClass, nextSequence++, task);
        threads.execute(load);
        return load;
    }

    /** A further caller of this class waits for the load: it runs before those of lower classes if it has not begun. */
    synchronized void raise(Load load, CallClass callClass) {
        if (callClass.compareTo(load.callClass) < 0 && threads.getQueue().remove(load)) {
            load.callClass = callClass;
            threads.execute(load);
        }
    }

    /** Takes a load out of the queue that no caller waits for any more; false if it has begun. */
    synchronized boolean withdraw(Load load) {
        return threads.getQueue().remove(load);
    }

    /** Number of loads that wait. */
    int waiting() {
        return threads.getQueue().size();
    }

    /** A running load was given up: another thread takes its place. */
    synchronized void replaceOne() {
        givenUp++;
        resize();
    }

    /** A load that was given up has ended. */
    synchronized void onGivenUpEnd() {
        givenUp--;
        resize();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void resize() {
        int size = 1 + Math.min(givenUp, maxGivenUp);
        if (size > threads.getMaximumPoolSize()) {
            threads.setMaximumPoolSize(size);
            threads.setCorePoolSize(size);
        } else {
            threads.setCorePoolSize(size);
            threads.setMaximumPoolSize(size);
        }
    }

    /** A load in the queue, by class and then in the order of arrival. The class changes only outside the queue. */
    static final class Load implements Runnable, Comparable<Load> {

        private final long sequence;
        private final Runnable task;
        private volatile CallClass callClass;

        private Load(CallClass callClass, long sequence, Runnable task) {
            this.callClass = callClass;
            this.sequence = sequence;
            this.task = task;
        }

        @Override
        public void run() {
            task.run();
        }

        @Override
        public int compareTo(Load other) {
            int byClass = callClass.compareTo(other.callClass);
            return byClass != 0 ? byClass : Long.compare(sequence, other.sequence);
        }
    }
}
