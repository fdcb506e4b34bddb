package dev.tributary.core.request;

import dev.tributary.core.error.RateLimitedLog;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Wakes one worker, which sleeps without a timer while it has no work. The worker resets the signal, then looks for
 * work, then sleeps: a signal sent after the reset wakes it, so no signal is lost.
 */
public final class WorkSignal {

    /** Pause before a failed worker restarts. */
    public static final Duration RESTART_DELAY = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(WorkSignal.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

    private final Scheduler timer;
    private volatile Sinks.Empty<Void> signal = Sinks.empty();

    /** @param timer the scheduler on which the worker wakes up */
    public WorkSignal(Scheduler timer) {
        this.timer = timer;
    }

    /** Wakes the worker on the timer. From any thread; never blocks. */
    public void signal() {
        signal.tryEmitEmpty();
    }

    /** Clears all signals sent so far. */
    public void reset() {
        signal = Sinks.empty();
    }

    /** Completes on a signal sent since the reset, or after the limit; on the timer. */
    public Mono<Void> sleep(Optional<Duration> limit) {
        return Mono.defer(() -> {
            Mono<Void> signalled = signal.asMono().publishOn(timer);
            return limit.map(time -> Mono.firstWithSignal(
                            signalled, Mono.delay(time, timer).then()))
                    .orElse(signalled);
        });
    }

    /**
     * Emits work items one after the other on demand; sleeps while there are none. Never completes; one subscriber at a
     * time.
     *
     * @param take takes the next item, if there is one
     * @param next time until the next item is due, or empty to sleep until a signal
     */
    public <T> Flux<T> work(Supplier<Optional<T>> take, Supplier<Optional<Duration>> next) {
        return Mono.defer(() -> {
                    reset();
                    return Mono.justOrEmpty(take.get());
                })
                .repeatWhenEmpty(attempts ->
                        attempts.concatMap(attempt -> sleep(next.get()).thenReturn(attempt), 1))
                .repeat();
    }

    /** Runs endless work; a failure is logged, and the work restarts after {@link #RESTART_DELAY}. */
    public static Mono<Void> worker(String name, Flux<?> work, Scheduler timer) {
        return work.then()
                .doOnError(failure -> failures.warn(failure, "worker failed, restarts worker={}", name))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RESTART_DELAY).scheduler(timer));
    }
}
