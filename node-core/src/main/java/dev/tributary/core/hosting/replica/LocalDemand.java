package dev.tributary.core.hosting.replica;

import dev.tributary.core.storage.Demand;
import java.time.Instant;

/**
 * The demand for one hosted contract on this node: its requests, and the subscriptions and pins of this node's clients.
 * Guarded by the lock of the hosting table; times in nanoseconds.
 */
public final class LocalDemand {

    /** Rise of the demand's score after which it is stored again: by an hour, or twice the weight. */
    private static final double STORED_RISE = 1;

    private Demand demand;
    private double storedScore;
    private boolean subscribed;
    private boolean requested;
    private long requestedAt;
    private boolean wantedBefore;

    /** The demand as it is stored with the contract. */
    public LocalDemand(Demand stored) {
        this.demand = stored;
        this.storedScore = stored.score();
    }

    /** The demand, which counts what all users of the replica request. */
    public Demand demand() {
        return demand;
    }

    /** Records that the demand was stored with the contract. */
    public void recordStored(Demand stored) {
        demand = stored;
        storedScore = stored.score();
    }

    /** A request in the future, from before the clock was set back, counts as one of now. */
    public void limit(Instant now) {
        demand = demand.notAfter(now);
    }

    /** Records a request for the contract, from a client or forwarded by a neighbour. */
    public void recordRequest(Demand demandNow, long now) {
        demand = demandNow;
        requested = true;
        requestedAt = now;
    }

    /** Whether the demand should be stored again; then it counts as stored. */
    public boolean takeOutdated() {
        double score = demand.score();
        boolean isOutdated = score - storedScore >= STORED_RISE;
        storedScore = isOutdated ? score : storedScore;
        return isOutdated;
    }

    /** Records demand by the users of a follower's replica. */
    public void recordFollowerDemand(Demand demandNow) {
        demand = demandNow;
    }

    /** Records that a client of this node pinned or unpinned the contract. */
    public void recordPin(boolean pinned) {
        demand = demand.withPin(pinned);
    }

    /** Whether a client of this node subscribes to the contract. */
    public boolean isSubscribed() {
        return subscribed;
    }

    /** Records whether a client of this node subscribes to the contract. */
    public void setSubscribed(boolean now) {
        subscribed = now;
    }

    /** Whether the contract was in demand before a restart. */
    public boolean wasWantedBefore() {
        return wantedBefore;
    }

    /** Records that the contract was in demand before a restart, so that its replica is compared first. */
    public void markWantedBefore() {
        wantedBefore = true;
    }

    /** Whether a client subscribes or pinned the contract, or it was requested within this time. */
    public boolean isInUse(long now, long within) {
        return subscribed || demand.isPinned() || (requested && now - requestedAt <= within);
    }

    /** Records that the last user is gone: the contract is not in use until the next request. */
    public void markUnused() {
        requested = false;
    }
}
