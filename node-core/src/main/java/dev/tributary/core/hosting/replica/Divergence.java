package dev.tributary.core.hosting.replica;

import dev.tributary.core.value.StateDigest;

/**
 * A difference between this node's replica and a peer's that reconciling did not remove, although each side was sent
 * the other's state. Guarded by the lock of the hosting table; times in nanoseconds.
 */
final class Divergence {

    /** Number of reconciliations without effect after which replicas count as diverged, if the contract refused one. */
    private static final int REFUSED_TIMES = 2;

    /** The same if the contract refused nothing: the updates to the peer may have been lost. */
    private static final int UNCHANGED_TIMES = 6;

    private static final long SECOND = 1_000_000_000L;

    /** Minimum age of a divergence: a peer that compiles the contract first merges late. */
    private static final long MIN_AGE = 10 * SECOND;

    /** Pause before the first comparison after the divergence is established; doubled by each further one. */
    private static final long FIRST_PAUSE = 60 * SECOND;

    /** Maximum number of doublings: 16 minutes. */
    private static final int MAX_DOUBLINGS = 4;

    private final StateDigest ours;
    private final StateDigest theirs;
    private final long since;
    private int times;
    private int timesEstablished;
    private boolean refused;

    Divergence(StateDigest ours, StateDigest theirs, long now) {
        this.ours = ours;
        this.theirs = theirs;
        this.since = now;
    }

    boolean isBetween(StateDigest own, StateDigest other) {
        return ours.equals(own) && theirs.equals(other);
    }

    /** Whether the two states cannot be merged, as long as this node holds this one. */
    boolean isEstablished(StateDigest own) {
        return timesEstablished > 0 && ours.equals(own);
    }

    /** Whether the contract refused the peer's state; otherwise this node's may only not have arrived there. */
    boolean isRefused() {
        return refused;
    }

    /**
     * Records a reconciliation without effect.
     *
     * @param isRefused whether the contract refused the peer's state
     */
    void recordReconciled(boolean isRefused, long now) {
        times++;
        refused |= isRefused;
        if (times >= (refused ? REFUSED_TIMES : UNCHANGED_TIMES) && now - since >= MIN_AGE) {
            timesEstablished++;
        }
    }

    /** Pause before the next comparison. */
    long pause() {
        return FIRST_PAUSE << Math.min(timesEstablished - 1, MAX_DOUBLINGS);
    }
}
