package dev.tributary.core.hosting.replica;

import dev.tributary.core.value.StateDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of a peer's replica of one contract. Guarded by the hosting table's lock; times in nanoseconds. */
final class ReplicaState {

    /** Number of consecutive conflicts after which comparisons back off. */
    private static final int CONFLICTS_BEFORE_BACKOFF = 3;

    /** Maximum number of doublings of the backoff, which starts at 1 s: 17 minutes. */
    private static final int MAX_DOUBLINGS = 10;

    private static final long SECOND = 1_000_000_000L;

    private final boolean farther;
    private @Nullable StateDigest lastKnownDigest;
    private long lastReportAt;
    private long notBefore;
    private int conflicts;
    private boolean refusing;
    private boolean announced;
    private boolean missedUpdate;
    private boolean repaired;
    private boolean confirmed = true;
    private @Nullable Divergence divergence;

    /**
     * The state of a peer of which nothing is known yet.
     *
     * @param farther whether the peer is farther from the contract's location than this node, hence not its upstream
     */
    ReplicaState(boolean farther, long now) {
        this.farther = farther;
        this.lastReportAt = now;
        this.notBefore = now;
    }

    /** The last known digest of the peer's replica, or null if the replicas have to be compared. */
    @Nullable
    StateDigest lastKnownDigest() {
        return lastKnownDigest;
    }

    /** Whether the peer is assumed to hold this state. */
    boolean holds(StateDigest state) {
        return state.equals(lastKnownDigest);
    }

    /** Time since the peer last reported its digest. */
    long timeSinceReport(long now) {
        return now - lastReportAt;
    }

    /** Whether the peer is in backoff. */
    boolean isInBackoff(long now) {
        return notBefore - now > 0;
    }

    /** Whether the peer refused to host the contract and its backoff has not ended. */
    boolean isRefusing(long now) {
        return refusing && isInBackoff(now);
    }

    /** Whether the peer keeps its replica in sync through this node, which is nearer to the contract's location. */
    boolean isFollower(long lease, long now) {
        return farther && !refusing && timeSinceReport(now) <= lease;
    }

    /** Whether this node has announced its replica to the peer. */
    boolean announced() {
        return announced;
    }

    /** Whether an update from the peer was not applied; the next comparison repairs it. */
    boolean missedUpdate() {
        return missedUpdate;
    }

    /** Whether the replicas have to be compared to learn what the peer holds. */
    boolean needsComparison() {
        return lastKnownDigest == null || missedUpdate;
    }

    /** Whether a comparison has to show that the change which the peer lacked arrived: its update may be lost. */
    boolean repaired() {
        return repaired;
    }

    /** Records that the peer is sent a change that it lacks. Every other time in a row a comparison follows soon. */
    boolean markRepaired() {
        repaired = !repaired;
        return repaired;
    }

    /** Whether the peer's own replica was confirmed by another host when the peer last reported it. */
    boolean confirmed() {
        return confirmed;
    }

    void confirmed(boolean now) {
        confirmed = now;
    }

    /** Records a missed update: only a comparison clears it, not another update that arrives later. */
    void markMissedUpdate() {
        lastKnownDigest = null;
        missedUpdate = true;
    }

    /** Clears the missed update: the peer reported its digest in a later comparison. */
    void clearMissedUpdate() {
        missedUpdate = false;
    }

    /** Records that this node announced its replica to the peer. */
    void markAnnounced() {
        announced = true;
    }

    /** Records the digest that the peer reported, or null if it is only known to differ from this node's. */
    void recordDigest(@Nullable StateDigest reported, StateDigest ours, long now) {
        lastReportAt = now;
        lastKnownDigest = reported;
        if (refusing) {
            refusing = false;
            notBefore = now;
        }
        if (ours.equals(reported)) {
            markInSync(now);
        } else if (divergence != null && reported != null && !divergence.isBetween(ours, reported)) {
            divergence = null;
        }
    }

    /**
     * Records a reconciliation after which the replicas still differ; comparisons back off once that lasts. Returns
     * whether the two states cannot be merged.
     */
    boolean recordUnmerged(StateDigest ours, StateDigest theirs, boolean refused, long now) {
        Divergence current = divergence;
        if (current == null || !current.isBetween(ours, theirs)) {
            current = new Divergence(ours, theirs, now);
            divergence = current;
        }
        current.recordReconciled(refused, now);
        if (!current.isEstablished(ours)) {
            return false;
        }
        lastKnownDigest = theirs;
        notBefore = now + current.pause();
        return true;
    }

    /** Whether the peer's state and this one cannot be merged. */
    boolean isDiverged(StateDigest ours) {
        return divergence != null && divergence.isEstablished(ours);
    }

    /** Whether the contract refused the peer's state, so that sending this one again has no use. */
    boolean isRefused(StateDigest ours) {
        return isDiverged(ours) && Objects.requireNonNull(divergence).isRefused();
    }

    /** Records that both replicas are equal; ends the backoff. */
    void markInSync(long now) {
        conflicts = 0;
        repaired = false;
        divergence = null;
        notBefore = now;
    }

    /** Records that the peer was sent this state. It holds that or more; if more, it reports that itself. */
    void recordDelivered(StateDigest state) {
        lastKnownDigest = state;
    }

    /** Marks the peer's digest as unknown. */
    void markUnknown() {
        lastKnownDigest = null;
    }

    /** Records a comparison that differed. Backs off if replicas differ although the peer was sent this very state. */
    void recordConflict(StateDigest ours, long now) {
        conflicts += ours.equals(lastKnownDigest) ? 1 : 0;
        lastKnownDigest = null;
        int excess = conflicts - CONFLICTS_BEFORE_BACKOFF;
        if (excess > 0) {
            notBefore = now + (SECOND << Math.min(excess, MAX_DOUBLINGS));
        }
    }

    /** Records that the peer refuses to host the contract until then. */
    void recordRefusal(long until) {
        lastKnownDigest = null;
        refusing = true;
        notBefore = until;
    }
}
