package dev.tributary.core.watchdog;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A thread of which nothing can be read but whether it takes its tasks: it is given an empty one each second, or at once
 * when it waits for a lock. The task that it has not run is its waiting item.
 */
public final class ProbedThread implements Watched {

    /** Pause in nanoseconds between two probes: an idle thread is woken once a second. */
    private static final long PAUSE_NANOS = 1_000_000_000;

    /** Time for which a task may wait by default, as for the event loop. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final String name;
    private final long limitNanos;
    private final Consumer<Runnable> executor;
    private final Runnable probe = this::answer;
    private volatile @Nullable Thread thread;
    private final AtomicLong answers = new AtomicLong();
    private volatile boolean isAsked;
    private long askedAt = Long.MIN_VALUE;
    private boolean hasEnded;

    /** A thread behind an executor whose tasks may wait for 5 s. */
    public ProbedThread(String name, Consumer<Runnable> executor) {
        this(name, LIMIT, executor);
    }

    /**
     * A thread behind an executor, which is not probed any more once it refuses a task.
     *
     * @param limit time for which a task may wait
     */
    public ProbedThread(String name, Duration limit, Consumer<Runnable> executor) {
        this.name = name;
        this.limitNanos = limit.toNanos();
        this.executor = executor;
    }

    private void answer() {
        thread = Thread.currentThread();
        isAsked = false;
        answers.incrementAndGet();
    }

    /** Watchdog thread only. */
    @Override
    public void beforeSample(long now) {
        if (isAsked || hasEnded || (askedAt != Long.MIN_VALUE && now - askedAt < PAUSE_NANOS && !isBlocked())) {
            return;
        }
        askedAt = now;
        isAsked = true;
        try {
            executor.accept(probe);
        } catch (RejectedExecutionException ended) {
            hasEnded = true;
            isAsked = false;
        }
    }

    private boolean isBlocked() {
        Thread known = thread;
        return known != null && known.getState() == Thread.State.BLOCKED;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long limitNanos() {
        return limitNanos;
    }

    @Override
    public long steps() {
        return answers.get();
    }

    @Override
    public int waiting() {
        return isAsked ? 1 : 0;
    }

    @Override
    public @Nullable Thread thread() {
        return thread;
    }

    @Override
    public String work() {
        return "a task that keeps others waiting";
    }
}
