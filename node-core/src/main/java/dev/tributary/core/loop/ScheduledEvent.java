package dev.tributary.core.loop;

import dev.tributary.core.error.ChannelClosedException;
import dev.tributary.core.error.RateLimitedLog;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * An event that is sent to the loop after a pause, and again until the loop accepts it. So a task that schedules itself
 * from the handler of its event goes on after the channel was full for long. Loop thread only, unless stated otherwise.
 */
public final class ScheduledEvent<E extends LoopEvent> implements Disposable {

    /** Pause after a send that found no slot, in addition to the timeout of the send. */
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(ScheduledEvent.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final E event;
    private final NotificationChannel<? super E> channel;
    private final Scheduler timer;
    private final Disposable.Swap next = Disposables.swap();

    /** An event that is not scheduled. */
    public ScheduledEvent(E event, NotificationChannel<? super E> channel, Scheduler timer) {
        this.event = event;
        this.channel = channel;
        this.timer = timer;
    }

    /** Sends the event after the pause; replaces an earlier schedule. */
    public void schedule(Duration pause) {
        // Stored before subscribing: the task may finish and schedule the next one before subscribe() returns.
        Disposable.Swap handle = Disposables.swap();
        next.update(handle);
        handle.update(Mono.delay(pause, timer)
                .then(Mono.defer(() -> channel.send(event)).retryWhen(untilAccepted()))
                .subscribe(none -> {}, this::onEnd));
    }

    private Retry untilAccepted() {
        return Retry.fixedDelay(Long.MAX_VALUE, RETRY_PAUSE)
                .scheduler(timer)
                .filter(failure -> !(failure instanceof ChannelClosedException))
                .doBeforeRetry(signal ->
                        failures.warn(signal.failure(), "event not accepted, sends it again event={}", event.name()));
    }

    private void onEnd(Throwable failure) {
        if (failure instanceof ChannelClosedException) {
            log.debug("event not sent, the node stops event={}", event.name());
        } else {
            log.error("event not sent event={}", event.name(), failure);
        }
    }

    /** Cancels the schedule; the event can be scheduled again. */
    public void cancel() {
        next.update(Disposables.disposed());
    }

    /** Cancels the schedule for good. Any thread. */
    @Override
    public void dispose() {
        next.dispose();
    }

    @Override
    public boolean isDisposed() {
        return next.isDisposed();
    }
}
