package dev.tributary.transport.client.session;

import dev.tributary.core.limit.Permits;
import reactor.core.scheduler.Scheduler;

/**
 * Limits the running requests of each session, for fairness: all requests queue in the node, so the queue must stay
 * short for sessions with few requests. A single session may use all 64 slots; several share them equally. Thread-safe.
 */
final class FairLimiter {

    /** Number of slots that all sessions share: 64 running requests keep the node busy, more would only queue. */
    static final int TOTAL_SLOTS = 64;

    /** Minimum number of slots of each session, regardless of the number of sessions. */
    private static final int MIN_SLOTS = 4;

    private final Permits activeSessions = new Permits(Long.MAX_VALUE);

    /** @param loop the session's event loop, on which {@link SessionSlots#awaitSlot} completes after the maximum wait */
    SessionSlots open(Scheduler loop, Scheduler timer) {
        return new SessionSlots(this, loop, timer);
    }

    /** Returns the number of sessions with running requests. */
    int activeSessions() {
        return (int) activeSessions.used();
    }

    void onSessionActive() {
        activeSessions.acquire(1);
    }

    void onSessionIdle() {
        activeSessions.release(1);
    }

    int slotsPerSession() {
        return Math.max(MIN_SLOTS, TOTAL_SLOTS / Math.max(1, activeSessions()));
    }
}
