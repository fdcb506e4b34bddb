package dev.tributary.core.simulation.time;

import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A Reactor scheduler on virtual time, which passes only when the caller advances it: {@link #advance} runs the due
 * tasks on the caller's thread, ordered by due time and then by scheduling order. The same program therefore repeats
 * exactly.
 *
 * <p>Only the thread that created it may use it; use by another thread throws {@link IllegalStateException}, because
 * its order would depend on a race. No code may block on a result of virtual time; {@link #run} waits for it instead.
 * An exception of a task is thrown by the call that advances time.
 */
public final class SimulatedTime extends VirtualExecutor implements Scheduler {

    /** Start of virtual time: a fixed instant, so that ids derived from the time are the same in each run. */
    private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

    /** Default limit of tasks at one instant: more than thousands of nodes need, and reached within seconds. */
    private static final long MAX_TASKS_AT_ONE_INSTANT = 20_000_000;

    /** Number of recent tasks that the error about exceeding that limit names. */
    private static final int RECENT_TASKS = 8;

    /** Interval at which {@link #runUntil} evaluates its condition. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

    /** Default timeout of {@link #run}, in virtual time. */
    private static final Duration RUN_LIMIT = Duration.ofHours(1);

    private final Thread thread = Thread.currentThread();
    private final long maxTasksAtOneInstant;
    private final TaskHeap later = new TaskHeap();

    /** Tasks due now. They were scheduled after those in {@link #later} for this instant, so they run after them. */
    private final Queue<VirtualTask> dueNow = new ArrayDeque<>();

    private final String[] recentTasks = new String[RECENT_TASKS];
    private long now;
    private long nextNumber;
    private long tasksRun;
    private long ranAtThisInstant;
    private int disposedTasks;
    private boolean disposed;

    private SimulatedTime(long maxTasksAtOneInstant) {
        this.maxTasksAtOneInstant = maxTasksAtOneInstant;
    }

    /** Creates a scheduler at the start of virtual time, for the calling thread. */
    public static SimulatedTime create() {
        return new SimulatedTime(MAX_TASKS_AT_ONE_INSTANT);
    }

    /** Creates a scheduler with this limit of tasks at one instant. */
    static SimulatedTime create(long maxTasksAtOneInstant) {
        return new SimulatedTime(maxTasksAtOneInstant);
    }

    /** Correct clocks on this virtual time. */
    public TimeSource source() {
        return source(() -> Duration.ZERO, () -> 0);
    }

    /**
     * Clocks with an offset.
     *
     * @param ahead the offset of the wall clock, evaluated at every read
     * @param ticksAhead the offset of the monotonic clock in nanoseconds, evaluated at every read
     */
    public TimeSource source(Supplier<Duration> ahead, LongSupplier ticksAhead) {
        VirtualClock clock = new VirtualClock(() -> BEGIN.plusNanos(now).plus(ahead.get()), ZoneOffset.UTC);
        return new TimeSource(clock, () -> ticksAhead.getAsLong() + now);
    }

    /** The virtual time since the beginning. */
    public Duration elapsed() {
        return Duration.ofNanos(now);
    }

    /** The number of tasks run so far. */
    public long tasksRun() {
        return tasksRun;
    }

    /** The number of pending tasks. Takes time linear in it. */
    public long pendingTasks() {
        return Stream.concat(later.stream(), dueNow.stream())
                .filter(task -> !task.isDisposed())
                .count();
    }

    /**
     * Advances time and runs the tasks that are due until then, the end included.
     *
     * @throws IllegalStateException if too many tasks run at one instant: tasks reschedule themselves without delay
     */
    public void advance(Duration duration) {
        requireThread();
        long end = Math.addExact(now, duration.toNanos());
        runUntil(end);
        moveTo(end);
    }

    /**
     * Advances time until the condition is true or the limit has passed, and returns whether it is true. Evaluates the
     * condition at once and then every 10 ms of virtual time.
     */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        requireThread();
        long end = Math.addExact(now, limit.toNanos());
        while (!condition.getAsBoolean()) {
            if (now >= end) {
                return false;
            }
            advance(Duration.ofNanos(Math.min(POLL_INTERVAL.toNanos(), end - now)));
        }
        return true;
    }

    /** Advances time until no task is pending; false if some are at the limit, as periodic tasks always are. */
    public boolean runToIdle(Duration limit) {
        requireThread();
        long end = Math.addExact(now, limit.toNanos());
        runUntil(end);
        boolean idle = pendingTasks() == 0;
        if (!idle) {
            moveTo(end);
        }
        return idle;
    }

    /** Runs as {@link #run(Mono, Duration)} does, with a timeout of an hour. */
    public <T> T run(Mono<T> work) {
        return run(work, RUN_LIMIT);
    }

    /**
     * Subscribes and advances time until the work ends, and no further: returns its value or throws its error.
     *
     * @throws IllegalStateException if the work does not end within the limit, or no pending task could end it
     * @throws NoSuchElementException if the work ends without a value
     */
    public <T> T run(Mono<T> work, Duration limit) {
        return end(work, limit).orElseThrow(() -> new NoSuchElementException("the work ended without a value"));
    }

    /** Runs the work as {@link #run(Mono, Duration)} does and ignores its value, with a timeout of an hour. */
    public void await(Mono<?> work) {
        end(work, RUN_LIMIT);
    }

    private <T> Optional<T> end(Mono<T> work, Duration limit) {
        requireThread();
        long end = Math.addExact(now, limit.toNanos());
        AwaitedResult<T> outcome = new AwaitedResult<>();
        Disposable running = work.subscribe(outcome::onValue, outcome::onFailure, outcome::onComplete);
        while (!outcome.isDone()) {
            VirtualTask next = next(end);
            if (next == null) {
                running.dispose();
                throw new IllegalStateException(
                        pendingTasks() == 0
                                ? "the work cannot end: no task is pending"
                                : "the work did not end within " + limit.toMillis() + " ms of virtual time");
            }
            execute(next);
        }
        return outcome.get();
    }

    @Override
    SimulatedTime time() {
        return this;
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(BEGIN.toEpochMilli(), TimeUnit.MILLISECONDS) + unit.convert(now, TimeUnit.NANOSECONDS);
    }

    @Override
    public Worker createWorker() {
        return new VirtualWorker(this, this);
    }

    /** Drops all pending tasks and rejects new ones. */
    @Override
    public void dispose() {
        requireThread();
        disposed = true;
        later.clear();
        dueNow.clear();
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }

    /** Schedules a task. The owner must not be disposed. */
    VirtualTask add(Runnable task, long delay, Disposable owner) {
        requireThread();
        VirtualTask added = new VirtualTask(this, now + Math.max(0, delay), nextNumber++, owner, task);
        if (delay <= 0) {
            dueNow.add(added);
        } else {
            later.add(added);
        }
        return added;
    }

    Disposable addPeriodic(Runnable task, long initialDelay, long period, Disposable owner) {
        Disposable.Swap current = Disposables.swap();
        current.update(add(() -> repeat(task, period, owner, current), initialDelay, owner));
        return current;
    }

    /** Called when a task is disposed of; removes disposed tasks from the heap once they are more than half of it. */
    void onTaskDisposed() {
        disposedTasks++;
        if (disposedTasks > 1024 && disposedTasks > later.size() / 2) {
            later.removeIf(VirtualTask::isDisposed);
            disposedTasks = 0;
        }
    }

    private void runUntil(long end) {
        VirtualTask next = next(end);
        while (next != null) {
            execute(next);
            next = next(end);
        }
    }

    private void repeat(Runnable task, long period, Disposable owner, Disposable.Swap current) {
        task.run();
        if (!current.isDisposed() && !owner.isDisposed()) {
            // At least 1 ns, because time would never advance with a period of zero.
            current.update(add(() -> repeat(task, period, owner, current), Math.max(1, period), owner));
        }
    }

    /** Takes the next task that is due until the end, and moves time to its due time; null if there is none. */
    private @Nullable VirtualTask next(long end) {
        if (later.size() > 0 && (later.firstDue() <= now || dueNow.isEmpty())) {
            if (later.firstDue() > end) {
                return null;
            }
            moveTo(later.firstDue());
            return later.poll();
        }
        return dueNow.poll();
    }

    private void moveTo(long instant) {
        if (instant > now) {
            now = instant;
            ranAtThisInstant = 0;
        }
    }

    /** Schedules these tasks at the current instant, in this order. */
    void runNow(Collection<VirtualTask> tasks) {
        requireThread();
        dueNow.addAll(tasks);
    }

    private void execute(VirtualTask task) {
        NodeScheduler node = NodeScheduler.of(task.owner());
        if (node != null && node.defersWhilePaused(task)) {
            return;
        }
        Runnable work = task.take();
        if (work == null) {
            return;
        }
        tasksRun++;
        if (++ranAtThisInstant > maxTasksAtOneInstant - RECENT_TASKS) {
            recentTasks[(int) (ranAtThisInstant % RECENT_TASKS)] = work.toString();
        }
        if (ranAtThisInstant > maxTasksAtOneInstant) {
            throw new IllegalStateException(maxTasksAtOneInstant + " tasks ran at " + elapsed()
                    + " of virtual time without time advancing; the last were " + Arrays.toString(recentTasks));
        }
        work.run();
    }

    private void requireThread() {
        Thread caller = Thread.currentThread();
        if (!caller.equals(thread)) {
            throw new IllegalStateException("simulated time belongs to thread '" + thread.getName()
                    + "' but was used by '" + caller.getName() + "': a simulation runs on one thread");
        }
    }
}
