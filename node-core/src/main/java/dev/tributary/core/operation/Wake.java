package dev.tributary.core.operation;

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
 * Wakes one sleeper, who sleeps without a timer as long as there is nothing to do. The sleeper resets it, then looks for
 * work, then sleeps: whoever makes work and rings after that look is heard, so no ring is lost.
 */
final class Wake {

    /** From a fault until whoever sleeps here begins anew. */
    static final Duration RESTART = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Wake.class);

    private final Scheduler timer;
    private volatile Sinks.Empty<Void> bell = Sinks.empty();

    /** @param timer where the sleeper wakes up */
    Wake(Scheduler timer) {
        this.timer = timer;
    }

    /** From any thread; does nothing but to note it. */
    void ring() {
        bell.tryEmitEmpty();
    }

    /** What rang so far has been heard. */
    void reset() {
        bell = Sinks.empty();
    }

    /** Completes when somebody has rung since the reset, or when the time is over if there is a limit. */
    Mono<Void> sleep(Optional<Duration> limit) {
        return Mono.defer(() -> {
            Mono<Void> rung = bell.asMono();
            return limit.map(time ->
                            Mono.firstWithSignal(rung, Mono.delay(time, timer).then()))
                    .orElse(rung)
                    .publishOn(timer);
        });
    }

    /**
     * What there is to do, one after the other as it is asked for; sleeps while there is nothing. Subscribe once at a time.
     *
     * @param take takes the next, if there is one
     * @param next how long until there is one, or empty if only a ring will tell
     */
    <T> Flux<T> work(Supplier<Optional<T>> take, Supplier<Optional<Duration>> next) {
        return Mono.defer(() -> {
                    reset();
                    return Mono.justOrEmpty(take.get());
                })
                .repeatWhenEmpty(
                        looks -> looks.concatMap(look -> sleep(next.get()).thenReturn(look), 1))
                .repeat();
    }

    /** Work that never ends: should it fail, the fault is logged, and it begins anew. */
    static Mono<Void> strand(String name, Flux<?> work, Scheduler timer) {
        return work.then()
                .doOnError(failure -> log.error("strand={} restarts", name, failure))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, RESTART).scheduler(timer));
    }
}
