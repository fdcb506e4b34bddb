package dev.tributary.transport.client.session;

import dev.tributary.core.limit.Permits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Limits the running requests of each session, for fairness: all requests queue in the node, so the queue must stay
 * short for sessions with few requests. A single session may use all 64 slots; several share them equally. Thread-safe.
 */
final class FairLimiter {

    /** Number of slots that all sessions share: 64 running requests keep the node busy, more would only queue. */
    private static final int TOTAL_SLOTS = 64;

    /** Minimum number of slots of each session, regardless of the number of sessions. */
    private static final int MIN_SLOTS = 4;

    /** Maximum wait for a slot; then the request starts anyway, since the running ones wait for other nodes. */
    private static final Duration MAX_WAIT = Duration.ofMillis(50);

    private final Permits activeSessions = new Permits(Long.MAX_VALUE);

    /** @param loop the session's event loop, on which {@link Permit#awaitSlot} completes after the maximum wait */
    Permit open(Scheduler loop, Scheduler timer) {
        return new Permit(loop, timer);
    }

    /** Returns the number of sessions with running requests. */
    int activeSessions() {
        return (int) activeSessions.used();
    }

    private int slotsPerSession() {
        return Math.max(MIN_SLOTS, TOTAL_SLOTS / Math.max(1, activeSessions()));
    }

    /** One session's share of the slots. */
    final class Permit {

        private final Scheduler loop;
        private final Scheduler timer;
        private final Permits running = new Permits(TOTAL_SLOTS);
        private Sinks.Empty<Void> freeSlot = Sinks.empty();

        private Permit(Scheduler loop, Scheduler timer) {
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
            if (running.used() < slotsPerSession()) {
                return null;
            }
            freeSlot = Sinks.empty();
            return freeSlot;
        }

        private synchronized void acquire() {
            if (running.acquire(1) == 1) {
                activeSessions.acquire(1);
            }
        }

        private synchronized Sinks.Empty<Void> release() {
            if (running.release(1) == 0) {
                activeSessions.release(1);
            }
            return running.used() < slotsPerSession() ? freeSlot : Sinks.empty();
        }
    }
}
