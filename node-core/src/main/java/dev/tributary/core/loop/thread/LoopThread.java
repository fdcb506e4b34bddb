package dev.tributary.core.loop.thread;

import dev.tributary.core.error.FatalErrors;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.NonBlocking;

/**
 * Runs tasks in the order in which they are added, and parks while there are none.
 *
 * <p>No wake-up is lost: a sender adds its task before it reads {@link #parked}, and the thread sets {@link #parked}
 * before it looks for a task. All four are volatile, so at least one of the two sees what the other has written. A
 * wake-up that comes before the thread parks leaves a permit, with which parking ends at once.
 */
final class LoopThread extends Thread implements NonBlocking {

    private enum State {
        RUNNING,
        /** No more tasks are accepted; those accepted before run. */
        DRAINING,
        /** No task runs any more. */
        DISPOSED
    }

    private static final Logger log = LoggerFactory.getLogger(LoopThread.class);

    private final Queue<LoopTask> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean parked = new AtomicBoolean();
    private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
    private final Sinks.Empty<Void> ended = Sinks.empty();

    LoopThread(String name) {
        super(name);
        setDaemon(true);
    }

    /** Adds a task; false if the thread does not accept it any more. Any thread. */
    boolean add(LoopTask task) {
        if (!isAccepting()) {
            return false;
        }
        tasks.add(task);
        // A task added after the thread has looked for the last time must not count as accepted.
        if (!isAccepting() && tasks.remove(task)) {
            return false;
        }
        wake();
        return true;
    }

    boolean isAccepting() {
        return state.get() == State.RUNNING;
    }

    /** Accepts no more tasks, drops those that wait, and interrupts the one that runs. */
    void end() {
        if (state.getAndSet(State.DISPOSED) != State.DISPOSED) {
            tasks.clear();
            if (this != Thread.currentThread()) {
                interrupt();
            }
            LockSupport.unpark(this);
        }
    }

    /** Accepts no more tasks, and completes when those accepted before have run. */
    Mono<Void> drain() {
        return Mono.defer(() -> {
            state.compareAndSet(State.RUNNING, State.DRAINING);
            LockSupport.unpark(this);
            return ended.asMono();
        });
    }

    @Override
    public void run() {
        try {
            while (state.get() != State.DISPOSED) {
                LoopTask task = tasks.poll();
                if (task != null) {
                    runGuarded(task);
                } else if (isAccepting()) {
                    awaitTask();
                } else if (tasks.isEmpty()) {
                    return;
                }
            }
        } finally {
            // The queue is not cleared: a sender that comes too late takes its own task out, and so knows that it is
            // rejected.
            ended.tryEmitEmpty();
        }
    }

    private void awaitTask() {
        parked.set(true);
        if (tasks.isEmpty() && isAccepting()) {
            LockSupport.park(this);
        }
        parked.setRelease(false);
        // A thread that stays interrupted would not park any more.
        Thread.interrupted();
    }

    private void wake() {
        // Each sender wakes the thread while it is parked: none depends on another one, which may stand still by now.
        if (parked.get()) {
            LockSupport.unpark(this);
        }
    }

    private static void runGuarded(LoopTask task) {
        try {
            task.run();
        } catch (Throwable failure) {
            FatalErrors.report(failure);
            log.error("task of the loop thread failed", failure);
        }
    }
}
