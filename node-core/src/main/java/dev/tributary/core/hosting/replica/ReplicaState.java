package dev.tributary.core.hosting.replica;

import dev.tributary.core.value.StateDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of a peer's replica of one contract. Guarded by the hosting table's lock; times in nanoseconds. */
final class ReplicaState {

    /** Number of consecutive conflicts after which comparisons back off. */
    private static final int CONFLICTS_BEFORE_BACKOFF = 3;

    /** Maximum number of doublings of the backoff, which starts at 1 s; the lease ends it earlier. */
    private static final int MAX_DOUBLINGS = 10;

    /** Number of repairs in a row after each of which a comparison follows soon: each may be lost. */
    private static final int CHECKED_REPAIRS = 3;

    private static final long SECOND = 1_000_000_000L;

    private final boolean farther;
    private @Nullable StateDigest lastKnownDigest;

    /** Whether this node has all that the state with that digest has: it was sent or merged. */
    private boolean contained;

    private long lastReportAt;
    private long notBefore;
    private boolean resting;
    private int conflicts;
    private boolean refusing;
    private boolean announced;
    private boolean missedUpdate;
    private int repairs;
    private boolean confirmed = true;
    private @Nullable Divergence divergence;
    private @Nullable Equivalence equivalence;
    private int equivalences;

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

    /** Whether this node has all that the peer's last known state has, so that the peer may be sent this node's. */
    boolean isContained() {
        return lastKnownDigest != null && contained;
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
        return (resting || refusing) && notBefore - now > 0;
    }

    /**
     * Ends a backoff because the replicas differ: this node's has changed, so that the next comparison may succeed. Not
     * if they are equal but for the bytes: then the change is sent without a comparison.
     */
    void endRest() {
        resting = resting && equivalence != null;
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
        return repairs > 0;
    }

    /** Records that only a comparison can show whether the peer holds what it is assumed to hold. */
    void markDoubtful() {
        repairs = Math.max(1, repairs);
    }

    /** Records that the peer is sent a change that it lacks. A comparison follows soon, but not without end. */
    boolean markRepaired() {
        repairs = repairs == CHECKED_REPAIRS ? 0 : repairs + 1;
        return repaired();
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

    /** Records that the peer reported during a backoff that its state still differs: it follows this node's replica. */
    void recordReport(long now) {
        lastReportAt = now;
    }

    /** Records the digest that the peer reported, or null if it is only known to differ from this node's. */
    void recordDigest(@Nullable StateDigest reported, StateDigest ours, long now) {
        lastReportAt = now;
        lastKnownDigest = reported;
        contained = ours.equals(reported);
        refusing = false;
        if (isEquivalent(ours, reported) || (ours.equals(reported) && wasEquivalent(ours))) {
            recordDelivered(ours);
            recordEqualContent();
        } else if (ours.equals(reported)) {
            markInSync();
        } else if (divergence != null && reported != null && !divergence.isBetween(ours, reported)) {
            divergence = null;
        }
    }

    /**
     * Records a reconciliation after which the replicas still differ; comparisons back off once that lasts. Returns
     * whether the two states cannot be merged.
     *
     * @param lease maximum backoff
     */
    boolean recordUnmerged(StateDigest ours, StateDigest theirs, boolean refused, long lease, long now) {
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
        contained = false;
        equivalence = null;
        rest(Math.min(lease, current.pause()), now);
        return true;
    }

    /** Whether a reconciliation of these two states has been without effect before. */
    boolean wasUnmerged(StateDigest ours, StateDigest theirs) {
        return divergence != null && divergence.isBetween(ours, theirs);
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
    void markInSync() {
        recordEqualContent();
        equivalence = null;
        equivalences = 0;
        resting = false;
    }

    /**
     * Records that the contract sees no difference between the two states, although their bytes differ: the replicas are
     * in sync. Changes are sent both ways as usual; comparisons, which cost two summaries, back off.
     *
     * @param maxPause maximum backoff
     */
    void recordEquivalent(StateDigest ours, StateDigest theirs, long maxPause, long now) {
        recordEqualContent();
        equivalence = new Equivalence(ours, theirs);
        recordDelivered(ours);
        lastReportAt = now;
        rest(Math.min(maxPause, SECOND << Math.min(equivalences, MAX_DOUBLINGS)), now);
        equivalences++;
    }

    /** Whether the contract sees no difference between this node's state and the peer's. */
    boolean isEquivalent(StateDigest ours, @Nullable StateDigest theirs) {
        return equivalence != null && theirs != null && equivalence.equals(new Equivalence(ours, theirs));
    }

    /** Whether this state is the one of this node that a peer may call equal although its own has other bytes. */
    private boolean wasEquivalent(StateDigest ours) {
        return equivalence != null && equivalence.ours.equals(ours);
    }

    /** Whether the peer was last found to hold a state without a difference from the one that this node held then. */
    boolean isEquivalent() {
        return equivalence != null;
    }

    private void recordEqualContent() {
        conflicts = 0;
        repairs = 0;
        divergence = null;
    }

    private void rest(long pause, long now) {
        resting = true;
        notBefore = now + pause;
    }

    /** Records that the peer was sent this state. It holds that or more; if more, it reports that itself. */
    void recordDelivered(StateDigest state) {
        lastKnownDigest = state;
        contained = true;
    }

    /** Marks the peer's digest as unknown. */
    void markUnknown() {
        lastKnownDigest = null;
    }

    /**
     * Records a comparison that differed. Backs off if replicas differ although the peer was sent this very state.
     *
     * @param lease maximum backoff
     */
    void recordConflict(StateDigest ours, long lease, long now) {
        conflicts += ours.equals(lastKnownDigest) ? 1 : 0;
        lastKnownDigest = null;
        int excess = conflicts - CONFLICTS_BEFORE_BACKOFF;
        if (excess > 0) {
            equivalence = null;
            rest(Math.min(lease, SECOND << Math.min(excess, MAX_DOUBLINGS)), now);
        }
    }

    /** Records that the peer refuses to host the contract until then. */
    void recordRefusal(long until) {
        lastKnownDigest = null;
        resting = false;
        refusing = true;
        notBefore = until;
    }

    /** Two states between which the contract sees no difference. */
    private record Equivalence(StateDigest ours, StateDigest theirs) {}
}
