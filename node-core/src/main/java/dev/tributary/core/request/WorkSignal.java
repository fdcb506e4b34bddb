package dev.tributary.core.request;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** Maximum number of items done on the thread of the signalling caller, which has other work to do. */
    private static final int MAX_INLINE = 8;

    private final Scheduler timer;
    private volatile Sinks.Empty<Void> signal = Sinks.empty();
    private volatile Sinks.Empty<Void> inlineSignal = Sinks.empty();
    private volatile boolean inline;

    /** @param timer the scheduler on which the worker wakes up */
    public WorkSignal(Scheduler timer) {
        this.timer = timer;
    }

    /** Wakes the worker on the timer. From any thread; never blocks. */
    public void signal() {
        signal.tryEmitEmpty();
    }

    /**
     * As {@link #signal}, but the worker wakes up on the calling thread and does its first items before this returns:
     * waking another thread takes longer than sending one message. The caller must hold no lock.
     */
    public void signalInline() {
        inlineSignal.tryEmitEmpty();
    }

    /** Clears all signals sent so far. */
    public void reset() {
        signal = Sinks.empty();
        inlineSignal = Sinks.empty();
    }

    /** Completes on a signal sent since the reset, or after the limit; on the timer, except for an inline signal. */
    public Mono<Void> sleep(Optional<Duration> limit) {
        return Mono.defer(() -> {
            Mono<Void> signalled = signal.asMono().publishOn(timer);
            Mono<Void> signalledInline = inlineSignal.asMono().doOnTerminate(() -> inline = true);
            return limit.map(time -> Mono.firstWithSignal(
                            signalledInline, signalled, Mono.delay(time, timer).then()))
                    .orElseGet(() -> Mono.firstWithSignal(signalledInline, signalled));
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
        AtomicInteger inlineCount = new AtomicInteger();
        return Mono.defer(() -> {
                    reset();
                    Mono<T> taken = Mono.justOrEmpty(take.get());
                    return inline && inlineCount.incrementAndGet() % MAX_INLINE == 0 ? backToTimer(taken) : taken;
                })
                .repeatWhenEmpty(attempts ->
                        attempts.concatMap(attempt -> sleep(next.get()).thenReturn(attempt), 1))
                .repeat();
    }

    private <T> Mono<T> backToTimer(Mono<T> taken) {
        inline = false;
        return taken.publishOn(timer);
    }

    /** Runs endless work; a failure is logged, and the work restarts after {@link #RESTART_DELAY}. */
    public static Mono<Void> worker(String name, Flux<?> work, Scheduler timer) {
        return work.then()
                .doOnError(failure -> log.error("worker failed, restarts worker={}", name, failure))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RESTART_DELAY).scheduler(timer));
    }
}
