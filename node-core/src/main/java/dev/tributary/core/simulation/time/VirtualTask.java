package dev.tributary.core.simulation.time;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** A task that runs at one instant of virtual time, unless it or its owner is disposed of before. */
final class VirtualTask implements Disposable {

    private final SimulatedTime time;
    private final long due;
    private final long sequence;
    private final Disposable owner;
    private @Nullable Runnable work;

    /**
     * @param due the due time in nanoseconds of virtual time
     * @param sequence the order among tasks with the same due time, smallest first
     * @param owner the task does not run once this is disposed
     */
    VirtualTask(SimulatedTime time, long due, long sequence, Disposable owner, Runnable work) {
        this.time = time;
        this.due = due;
        this.sequence = sequence;
        this.owner = owner;
        this.work = work;
    }

    long due() {
        return due;
    }

    long sequence() {
        return sequence;
    }

    Disposable owner() {
        return owner;
    }

    /** Takes the work, or null if it was disposed of or taken before. */
    @Nullable
    Runnable take() {
        Runnable taken = owner.isDisposed() ? null : work;
        work = null;
        return taken;
    }

    @Override
    public void dispose() {
        if (work != null) {
            work = null;
            time.onTaskDisposed();
        }
    }

    @Override
    public boolean isDisposed() {
        return work == null || owner.isDisposed();
    }
}
