package dev.tributary.core.operation;

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
 * Wakes one sleeper, who sleeps without a timer as long as there is nothing to do. The sleeper resets it, then looks for
 * work, then sleeps: whoever makes work and rings after that look is heard, so no ring is lost.
 */
final class Wake {

    /** From a fault until whoever sleeps here begins anew. */
    static final Duration RESTART = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Wake.class);

    /** A thread that is borrowed from whoever rang does so much, and has its own work to go on with then. */
    private static final int BORROWED = 8;

    private final Scheduler timer;
    private volatile Sinks.Empty<Void> bell = Sinks.empty();
    private volatile Sinks.Empty<Void> nearBell = Sinks.empty();
    private volatile boolean borrowed;

    /** @param timer where the sleeper wakes up */
    Wake(Scheduler timer) {
        this.timer = timer;
    }

    /** From any thread; does nothing but to note it. */
    void ring() {
        bell.tryEmitEmpty();
    }

    /**
     * As {@link #ring}, but whoever sleeps wakes up on this very thread and does the first of its work before this returns:
     * to wake another thread takes longer than to tell somebody something. For callers that hold no lock.
     */
    void ringHere() {
        nearBell.tryEmitEmpty();
    }

    /** What rang so far has been heard. */
    void reset() {
        bell = Sinks.empty();
        nearBell = Sinks.empty();
    }

    /** Completes when somebody has rung since the reset, or when the time is over if there is a limit; on the timer, unless it rang here. */
    Mono<Void> sleep(Optional<Duration> limit) {
        return Mono.defer(() -> {
            Mono<Void> rung = bell.asMono().publishOn(timer);
            Mono<Void> near = nearBell.asMono().doOnTerminate(() -> borrowed = true);
            return limit.map(time -> Mono.firstWithSignal(
                            near, rung, Mono.delay(time, timer).then()))
                    .orElseGet(() -> Mono.firstWithSignal(near, rung));
        });
    }

    /**
     * What there is to do, one after the other as it is asked for; sleeps while there is nothing. Subscribe once at a time.
     *
     * @param take takes the next, if there is one
     * @param next how long until there is one, or empty if only a ring will tell
     */
    <T> Flux<T> work(Supplier<Optional<T>> take, Supplier<Optional<Duration>> next) {
        AtomicInteger inARow = new AtomicInteger();
        return Mono.defer(() -> {
                    reset();
                    Mono<T> taken = Mono.justOrEmpty(take.get());
                    return borrowed && inARow.incrementAndGet() % BORROWED == 0 ? giveBack(taken) : taken;
                })
                .repeatWhenEmpty(
                        looks -> looks.concatMap(look -> sleep(next.get()).thenReturn(look), 1))
                .repeat();
    }

    private <T> Mono<T> giveBack(Mono<T> taken) {
        borrowed = false;
        return taken.publishOn(timer);
    }

    /** Work that never ends: should it fail, the fault is logged, and it begins anew. */
    static Mono<Void> strand(String name, Flux<?> work, Scheduler timer) {
        return work.then()
                .doOnError(failure -> log.error("strand={} restarts", name, failure))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RESTART).scheduler(timer));
    }
}
