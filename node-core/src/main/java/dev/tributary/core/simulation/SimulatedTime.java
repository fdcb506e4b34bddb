package dev.tributary.core.simulation;

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
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A Reactor scheduler whose time stands still until somebody moves it on: {@link #advance} runs what is due on the way,
 * on the caller's thread, in the order of its time and then of its scheduling. So the same program does the same again.
 *
 * <p>It belongs to the thread that made it. Any use by another throws {@link IllegalStateException}: there everything
 * would depend on who is faster. Nothing may block on a result of virtual time; {@link #run} waits for it instead. What a
 * task throws comes out of whatever moved time on.
 */
public final class SimulatedTime implements Scheduler {

    /** When simulations begin: a fixed moment, so that ids made from the time are the same each time. */
    private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

    /** More than a network of many thousand nodes does in one moment, and over in seconds. */
    private static final long STORM = 20_000_000;

    /** How many of the last tasks a storm's error names. */
    private static final int LAST = 8;

    /** How often {@link #runUntil} looks. */
    private static final Duration LOOK = Duration.ofMillis(10);

    private static final Duration RUN_LIMIT = Duration.ofHours(1);

    private final Thread thread = Thread.currentThread();
    private final long storm;
    private final TaskHeap later = new TaskHeap();

    /** What is due now. All of it was scheduled after what {@link #later} has for this moment, and so runs after it. */
    private final Queue<VirtualTask> atOnce = new ArrayDeque<>();

    private final String[] last = new String[LAST];
    private long now;
    private long numbers;
    private long ran;
    private long ranAtThisMoment;
    private int forgotten;
    private boolean disposed;

    private SimulatedTime(long storm) {
        this.storm = storm;
    }

    /** A time at its beginning, of this thread. */
    public static SimulatedTime create() {
        return new SimulatedTime(STORM);
    }

    /** A time that takes so many tasks at one moment for a storm. */
    static SimulatedTime create(long storm) {
        return new SimulatedTime(storm);
    }

    /** The clocks of whoever lives in this time. */
    public TimeSource source() {
        return source(() -> Duration.ZERO, () -> 0);
    }

    /**
     * Clocks that are wrong.
     *
     * @param ahead how far the wall clock is ahead, at every look
     * @param ticksAhead how many ticks there are too many, at every look
     */
    TimeSource source(Supplier<Duration> ahead, LongSupplier ticksAhead) {
        VirtualClock clock = new VirtualClock(() -> BEGIN.plusNanos(now).plus(ahead.get()), ZoneOffset.UTC);
        return new TimeSource(clock, () -> ticksAhead.getAsLong() + now);
    }

    /** How much time has passed since the beginning. */
    public Duration elapsed() {
        return Duration.ofNanos(now);
    }

    /** How many tasks were run. */
    public long ran() {
        return ran;
    }

    /** How many tasks wait. It counts them one by one. */
    public long waiting() {
        return Stream.concat(later.stream(), atOnce.stream())
                .filter(task -> !task.isDisposed())
                .count();
    }

    /**
     * Moves time on and runs what is due until then, the end included.
     *
     * @throws IllegalStateException when tasks go on for ever without time moving
     */
    public void advance(Duration duration) {
        requireThread();
        long end = Math.addExact(now, duration.toNanos());
        runUntil(end);
        moveTo(end);
    }

    /**
     * Moves time on until the condition is true, and says whether it is. It looks every 10 ms of virtual time, before the
     * first included.
     */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        requireThread();
        long end = Math.addExact(now, limit.toNanos());
        while (!condition.getAsBoolean()) {
            if (now >= end) {
                return false;
            }
            advance(Duration.ofNanos(Math.min(LOOK.toNanos(), end - now)));
        }
        return true;
    }

    /** Moves time on until nothing waits, and says whether that came before the limit. Whoever repeats never rests. */
    public boolean runToIdle(Duration limit) {
        requireThread();
        long end = Math.addExact(now, limit.toNanos());
        runUntil(end);
        boolean idle = waiting() == 0;
        if (!idle) {
            moveTo(end);
        }
        return idle;
    }

    /** As {@link #run(Mono, Duration)}, for an hour at most. */
    public <T> T run(Mono<T> work) {
        return run(work, RUN_LIMIT);
    }

    /**
     * Subscribes and moves time on until the work ends: gives its value or throws its error. Time stands still then at
     * the moment of the end.
     *
     * @throws IllegalStateException when it does not end in time, or nothing waits that could end it
     * @throws NoSuchElementException when it ends without a value
     */
    public <T> T run(Mono<T> work, Duration limit) {
        return end(work, limit).orElseThrow(() -> new NoSuchElementException("it ended without a value"));
    }

    /** As {@link #run(Mono, Duration)}, for work of which only the end matters, for an hour at most. */
    public void await(Mono<?> work) {
        end(work, RUN_LIMIT);
    }

    private <T> Optional<T> end(Mono<T> work, Duration limit) {
        requireThread();
        long end = Math.addExact(now, limit.toNanos());
        Awaited<T> outcome = new Awaited<>();
        Disposable running = work.subscribe(outcome::value, outcome::failure, outcome::end);
        while (!outcome.over()) {
            VirtualTask next = next(end);
            if (next == null) {
                running.dispose();
                throw new IllegalStateException(
                        waiting() == 0
                                ? "it never ends: nothing waits any more"
                                : "it did not end within " + limit.toMillis() + " ms of virtual time");
            }
            execute(next);
        }
        return outcome.get();
    }

    @Override
    public Disposable schedule(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        requireOpen();
        return add(task, unit.toNanos(delay), this);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        requireOpen();
        return addPeriodic(task, unit.toNanos(initialDelay), unit.toNanos(period), this);
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(BEGIN.toEpochMilli(), TimeUnit.MILLISECONDS) + unit.convert(now, TimeUnit.NANOSECONDS);
    }

    @Override
    public Worker createWorker() {
        return new VirtualWorker(this, this);
    }

    /** Runs nothing any more and takes no more tasks. */
    @Override
    public void dispose() {
        requireThread();
        disposed = true;
        later.clear();
        atOnce.clear();
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }

    /** Whatever the owner says, it must not have ended. */
    VirtualTask add(Runnable task, long delay, Disposable owner) {
        requireThread();
        VirtualTask added = new VirtualTask(this, now + Math.max(0, delay), numbers++, owner, task);
        if (delay <= 0) {
            atOnce.add(added);
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

    /** A task was disposed of. Once most of those that wait are, they make room. */
    void forgot() {
        forgotten++;
        if (forgotten > 1024 && forgotten > later.size() / 2) {
            later.removeIf(VirtualTask::isDisposed);
            forgotten = 0;
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
            // A period of nothing would keep time where it is for ever.
            current.update(add(() -> repeat(task, period, owner, current), Math.max(1, period), owner));
        }
    }

    /** The next task that is due until the end, or null. Time has moved on to it. */
    private @Nullable VirtualTask next(long end) {
        if (later.size() > 0 && (later.firstDue() <= now || atOnce.isEmpty())) {
            if (later.firstDue() > end) {
                return null;
            }
            moveTo(later.firstDue());
            return later.poll();
        }
        return atOnce.poll();
    }

    private void moveTo(long moment) {
        if (moment > now) {
            now = moment;
            ranAtThisMoment = 0;
        }
    }

    /** Runs these now, in this order, as if they were due now. */
    void runNow(Collection<VirtualTask> tasks) {
        requireThread();
        atOnce.addAll(tasks);
    }

    private void execute(VirtualTask task) {
        NodeTime node = NodeTime.of(task.owner());
        if (node != null && node.keeps(task)) {
            return;
        }
        Runnable work = task.take();
        if (work == null) {
            return;
        }
        ran++;
        if (++ranAtThisMoment > storm - LAST) {
            last[(int) (ranAtThisMoment % LAST)] = work.toString();
        }
        if (ranAtThisMoment > storm) {
            throw new IllegalStateException(storm + " tasks ran at " + elapsed()
                    + " of virtual time and time does not move on; the last were " + Arrays.toString(last));
        }
        work.run();
    }

    private void requireOpen() {
        if (disposed) {
            throw Exceptions.failWithRejected();
        }
    }

    private void requireThread() {
        Thread caller = Thread.currentThread();
        if (!caller.equals(thread)) {
            throw new IllegalStateException("simulated time belongs to thread '" + thread.getName()
                    + "' and was used by '" + caller.getName() + "': everything in a simulation happens on one thread");
        }
    }
}
