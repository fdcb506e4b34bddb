package dev.tributary.core.simulation.time;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Exceptions;

/** Schedules tasks on virtual time, and owns them: the tasks of a disposed executor do not run, and it takes no more. */
abstract class VirtualExecutor implements Disposable {

    /** The time that the tasks run on. */
    abstract SimulatedTime time();

    public Disposable schedule(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        requireOpen();
        return time().add(task, unit.toNanos(delay), this);
    }

    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        requireOpen();
        return time().addPeriodic(task, unit.toNanos(initialDelay), unit.toNanos(period), this);
    }

    private void requireOpen() {
        if (isDisposed()) {
            throw Exceptions.failWithRejected();
        }
    }
}
