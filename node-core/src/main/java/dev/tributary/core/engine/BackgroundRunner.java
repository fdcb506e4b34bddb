package dev.tributary.core.engine;

import dev.tributary.core.loop.LocalEvent;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.request.BackgroundExecutor;
import dev.tributary.core.request.ConcurrencyLimit;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Runs work that an operation leaves behind: it comes to the loop as an event, and is dropped when there is no room for it. */
final class BackgroundRunner implements BackgroundExecutor {

    private static final Logger log = LoggerFactory.getLogger(BackgroundRunner.class);

    private final NotificationChannel<LocalEvent> channel;
    private final ConcurrencyLimit bytes;
    private final Duration deadline;
    private final Scheduler timer;
    private final RunningTasks tasks;
    private final LongAdder dropped = new LongAdder();

    /**
     * An executor without work.
     *
     * @param bytes the limit of state bytes that work holds
     * @param deadline the limit of time for each work
     */
    BackgroundRunner(
            NotificationChannel<LocalEvent> channel,
            ConcurrencyLimit bytes,
            Duration deadline,
            Scheduler timer,
            RunningTasks tasks) {
        this.channel = channel;
        this.bytes = bytes;
        this.deadline = deadline;
        this.timer = timer;
        this.tasks = tasks;
    }

    @Override
    public void execute(String what, int held, Mono<?> work) {
        boolean room = bytes.running() + (long) held <= bytes.limit();
        if (!room || !channel.offer(new LocalEvent.BackgroundWork(what, held, work))) {
            dropped.increment();
            log.debug("background work dropped: no room name={}", what);
        }
    }

    /** Number of works that were dropped, since there was no room for them. */
    long dropped() {
        return dropped.sum();
    }

    /** Starts work whose event has arrived. Loop thread only. */
    void start(LocalEvent.BackgroundWork event) {
        tasks.start(
                bytes.admit(Math.max(1, event.bytes()), event.work()).timeout(deadline, timer),
                event.description(),
                "kept");
    }
}
