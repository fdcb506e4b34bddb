package dev.tributary.core.loop.thread;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** A task for the loop's thread, which runs once, or never if it or its owner is disposed before. Any thread disposes. */
final class LoopTask implements Runnable, Disposable {

    private final Disposable owner;

    /** What it runs; null once it runs, has run or is disposed. */
    private final AtomicReference<@Nullable Runnable> action;

    /** @param owner the task does not run once its owner is disposed */
    LoopTask(Runnable action, Disposable owner) {
        this.action = new AtomicReference<>(action);
        this.owner = owner;
    }

    @Override
    public void run() {
        Runnable taken = action.getAndSet(null);
        if (taken != null && !owner.isDisposed()) {
            taken.run();
        }
    }

    /** Has no effect on a task that runs already. */
    @Override
    public void dispose() {
        action.set(null);
    }

    @Override
    public boolean isDisposed() {
        return action.get() == null;
    }
}
