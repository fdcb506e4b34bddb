package dev.tributary.core.operation;

import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Wakes one sleeper, who sleeps without a timer as long as there is nothing to do. The sleeper resets it, then looks for
 * work, then sleeps: whoever makes work and rings after that look is heard, so no ring is lost.
 */
final class Wake {

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
}
