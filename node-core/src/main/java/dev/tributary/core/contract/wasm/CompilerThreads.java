package dev.tributary.core.contract.wasm;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs one load at a time, so that a flood of new contracts cannot take all processors. A thread whose load was given up
 * is replaced at once, so that other modules do not wait for it, by up to a limited number of further threads.
 */
final class CompilerThreads implements Executor, AutoCloseable {

    private static final int IDLE_SECONDS = 60;

    private final ThreadPoolExecutor threads;
    private final int maxGivenUp;
    private int givenUp;

    CompilerThreads(WasmLimits limits, long stackBytes) {
        this.maxGivenUp = limits.loading().givenUpThreads();
        this.threads = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(limits.compiler().queuedModules()),
                task -> {
                    Thread thread = new Thread(null, task, "tributary-contract-compiler", stackBytes);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Throws {@link java.util.concurrent.RejectedExecutionException} if the queue is full. */
    @Override
    public void execute(Runnable load) {
        threads.execute(load);
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
}
