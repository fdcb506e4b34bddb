package dev.tributary.transport.client.session;

import dev.tributary.core.limit.Permits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** One session's share of the slots. Thread-safe. */
final class SessionSlots {

    /** Maximum wait for a slot; then the request starts anyway, since the running ones wait for other nodes. */
    private static final Duration MAX_WAIT = Duration.ofMillis(50);

    private final FairLimiter limiter;
    private final Scheduler loop;
    private final Scheduler timer;
    private final Permits running = new Permits(FairLimiter.TOTAL_SLOTS);
    private Sinks.Empty<Void> freeSlot = Sinks.empty();

    SessionSlots(FairLimiter limiter, Scheduler loop, Scheduler timer) {
        this.limiter = limiter;
        this.loop = loop;
        this.timer = timer;
    }

    /** Completes when a slot is free, or after the maximum wait. */
    Mono<Void> awaitSlot() {
        return Mono.defer(() -> {
            Sinks.Empty<Void> signal = freeSlotSignal();
            return signal == null
                    ? Mono.empty()
                    : signal.asMono().timeout(MAX_WAIT, Mono.<Void>empty().publishOn(loop), timer);
        });
    }

    /** Returns the work, which takes a slot while it is subscribed. */
    <T> Mono<T> limit(Mono<T> work) {
        return Mono.defer(() -> {
            acquire();
            return work.doFinally(signal -> release().tryEmitEmpty());
        });
    }

    private synchronized Sinks.@Nullable Empty<Void> freeSlotSignal() {
        if (running.used() < limiter.slotsPerSession()) {
            return null;
        }
        freeSlot = Sinks.empty();
        return freeSlot;
    }

    private synchronized void acquire() {
        if (running.acquire(1) == 1) {
            limiter.onSessionActive();
        }
    }

    private synchronized Sinks.Empty<Void> release() {
        if (running.release(1) == 0) {
            limiter.onSessionIdle();
        }
        return running.used() < limiter.slotsPerSession() ? freeSlot : Sinks.empty();
    }
}
