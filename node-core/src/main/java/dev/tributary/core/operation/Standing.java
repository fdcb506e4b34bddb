package dev.tributary.core.operation;

import dev.tributary.core.value.StateDigest;
import org.jspecify.annotations.Nullable;

/** What is known of a peer's copy of one contract. Guarded by the lock of the table that it is in; times in nanoseconds. */
final class Standing {

    /** So many times in a row two copies may differ before comparing them again has to wait. */
    private static final int DISPUTES_AT_ONCE = 3;

    /** And at last it waits for this many doublings of a second: 17 minutes. */
    private static final int MAX_DOUBLINGS = 10;

    private static final long SECOND = 1_000_000_000L;

    private final boolean farther;
    private @Nullable StateDigest known;
    private long heard;
    private long notBefore;
    private int disputes;
    private boolean unwilling;
    private boolean registered;
    private boolean missed;

    /**
     * Of a peer of which nothing is known yet.
     *
     * @param farther whether it is farther from the contract's location than this node, so that it is not its upstream
     */
    Standing(boolean farther, long now) {
        this.farther = farther;
        this.heard = now;
        this.notBefore = now;
    }

    /** The state that the peer holds as far as is known, or null if the copies have to be compared. */
    @Nullable
    StateDigest known() {
        return known;
    }

    /** Whether the peer is believed to hold this. */
    boolean holds(StateDigest state) {
        return state.equals(known);
    }

    /** How long it has said nothing of its copy. */
    long silence(long now) {
        return now - heard;
    }

    /** Whether it is to be left alone for now. */
    boolean rests(long now) {
        return notBefore - now > 0;
    }

    /** Whether it has refused to hold the contract, and is left alone with it. */
    boolean refuses(long now) {
        return unwilling && rests(now);
    }

    /** Whether it keeps in step through this node, which is nearer to the contract's location. */
    boolean follows(long lease, long now) {
        return farther && !unwilling && silence(now) <= lease;
    }

    /** Whether it knows that this node keeps in step with it. */
    boolean registered() {
        return registered;
    }

    /** Whether it told of a change that was not taken in, which is made up for when the copies are compared. */
    boolean missed() {
        return missed;
    }

    /** A change of its was not taken in: whatever older one is taken in after that, the copies are to be compared. */
    void miss() {
        known = null;
        missed = true;
    }

    /** It has said what it holds after whatever was missed. */
    void caughtUp() {
        missed = false;
    }

    /** It was told by this node what that holds. */
    void register() {
        registered = true;
    }

    /** It has said what it holds, or null if it is only known to hold something else than this node. */
    void heard(@Nullable StateDigest held, StateDigest ours, long now) {
        heard = now;
        known = held;
        if (unwilling) {
            unwilling = false;
            notBefore = now;
        }
        if (ours.equals(held)) {
            agrees(now);
        }
    }

    /** The two hold the same. */
    void agrees(long now) {
        disputes = 0;
        notBefore = now;
    }

    /** It was told this state, and holds that or more: if more, it will say so. */
    void told(StateDigest state) {
        known = state;
    }

    /** What it holds is not known any more. */
    void differs() {
        known = null;
    }

    /** The copies were compared and differ: one that differs although it was told this very state is compared ever more rarely. */
    void disputes(StateDigest ours, long now) {
        disputes += ours.equals(known) ? 1 : 0;
        known = null;
        int late = disputes - DISPUTES_AT_ONCE;
        if (late > 0) {
            notBefore = now + (SECOND << Math.min(late, MAX_DOUBLINGS));
        }
    }

    /** It will not hold the contract until then. */
    void refused(long until) {
        known = null;
        unwilling = true;
        notBefore = until;
    }
}
