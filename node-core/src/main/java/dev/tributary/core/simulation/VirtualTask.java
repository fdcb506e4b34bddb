package dev.tributary.core.simulation;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** Something to run at one moment of virtual time, unless it or its owner is disposed of before. */
final class VirtualTask implements Disposable {

    private final SimulatedTime time;
    private final long due;
    private final long number;
    private final Disposable owner;
    private @Nullable Runnable work;

    /**
     * A task that waits.
     *
     * @param due when, in nanoseconds of virtual time
     * @param number of two tasks of one moment the one with the smaller number runs first
     * @param owner with it the task ends
     */
    VirtualTask(SimulatedTime time, long due, long number, Disposable owner, Runnable work) {
        this.time = time;
        this.due = due;
        this.number = number;
        this.owner = owner;
        this.work = work;
    }

    long due() {
        return due;
    }

    long number() {
        return number;
    }

    Disposable owner() {
        return owner;
    }

    /** What there is to run, or null if nothing is any more; asked for once. */
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
            time.forgot();
        }
    }

    @Override
    public boolean isDisposed() {
        return work == null || owner.isDisposed();
    }
}
