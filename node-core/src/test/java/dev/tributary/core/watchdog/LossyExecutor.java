package dev.tributary.core.watchdog;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One thread that runs tasks in their order, until it is told to lose one, or to end without a word. */
final class LossyExecutor extends AbstractExecutorService {

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "demo-loop");
    private volatile @Nullable Thread losesTaskOf;
    private volatile boolean ends;

    LossyExecutor() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Loses the next task that this thread brings. */
    void loseNextTask() {
        losesTaskOf = Thread.currentThread();
    }

    /** Whether the task was lost; no other one is lost from now on. */
    boolean hasLost() {
        boolean hasLost = losesTaskOf == null;
        losesTaskOf = null;
        return hasLost;
    }

    /** Ends the thread, and waits for it; tasks are still taken, and never run. */
    void end() {
        ends = true;
        tasks.add(() -> {});
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!ends) {
            try {
                tasks.take().run();
            } catch (InterruptedException shutdown) {
                return;
            }
        }
    }

    @Override
    public void execute(Runnable task) {
        if (Thread.currentThread().equals(losesTaskOf)) {
            losesTaskOf = null;
        } else {
            tasks.add(task);
        }
    }

    @Override
    public void shutdown() {
        thread.interrupt();
    }

    @Override
    public List<Runnable> shutdownNow() {
        thread.interrupt();
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
