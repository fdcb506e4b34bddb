package dev.tributary.core.hosting;

import dev.tributary.core.hosting.replica.Confirmation;
import dev.tributary.core.hosting.replica.LocalDemand;
import dev.tributary.core.hosting.replica.NeighbourLocations;
import dev.tributary.core.hosting.replica.PeerReplicas;
import dev.tributary.core.hosting.replica.SyncPartners;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateDigest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One hosted contract: its state's digest, its demand, what is known of the peers' replicas, and whether they confirm
 * this node's. Guarded by the lock of the hosting table.
 */
final class HostedContract {

    /** Intervals without confirmation after which a peer is no longer a follower and a replica is stale. */
    private static final int LEASE_INTERVALS = 4;

    private final ContractKey key;
    private final long lease;
    private final @Nullable PeerId sender;
    private final PeerReplicas peerReplicas;
    private final Confirmation confirmation;
    private final LocalDemand localDemand;
    private StateDigest digest;
    private int bytes;
    private int codeBytes;

    /**
     * A contract that was loaded or stored. It starts unverified: nearer peers may hold a newer state.
     *
     * @param sender the peer that brought it; null if a client of this node did, or if it was loaded from the store
     * @param locations the current neighbours
     * @param interval between comparisons, in nanoseconds
     */
    HostedContract(StoreEntry holding, @Nullable PeerId sender, NeighbourLocations locations, long interval, long now) {
        this.sender = sender;
        this.key = holding.key();
        this.lease = LEASE_INTERVALS * interval;
        this.peerReplicas = new PeerReplicas(holding.key().location(), locations, interval, lease, now);
        this.confirmation = new Confirmation(now);
        this.digest = holding.digest();
        this.bytes = holding.bytes();
        this.codeBytes = holding.codeBytes();
        this.localDemand = new LocalDemand(holding.demand());
    }

    ContractKey key() {
        return key;
    }

    @Nullable
    PeerId sender() {
        return sender;
    }

    int bytes() {
        return bytes;
    }

    int codeBytes() {
        return codeBytes;
    }

    Demand demand() {
        return localDemand.demand();
    }

    /** The requests, subscriptions and pins on this node. */
    LocalDemand localDemand() {
        return localDemand;
    }

    /** Whether other hosts have confirmed the replica. */
    Confirmation confirmation() {
        return confirmation;
    }

    /** What is known of the peers' replicas. */
    PeerReplicas peerReplicas() {
        return peerReplicas;
    }

    SyncPartners syncPartners() {
        return peerReplicas.syncPartners();
    }

    StateDigest digest() {
        return digest;
    }

    /** The replica as offered to a peer. */
    Hosting.Replica held(boolean alone, long now) {
        int size = (int) Math.min(Integer.MAX_VALUE, (long) bytes + codeBytes);
        return new Hosting.Replica(key.id(), digest, size, isFresh(alone, now));
    }

    /** Records a commit that changed the state. */
    void recordCommit(StoreEntry holding) {
        if (!digest.equals(holding.digest())) {
            peerReplicas.endRests();
        }
        digest = holding.digest();
        bytes = holding.bytes();
        codeBytes = holding.codeBytes();
        localDemand.recordStored(holding.demand());
    }

    /**
     * Whether the replica is kept in sync: this node is the root, a client subscribes or pinned the contract, a peer
     * follows, or the contract was requested within the lease.
     */
    boolean isInUse(long now) {
        return localDemand.isInUse(now, lease) || syncPartners().isRoot() || peerReplicas.hasFollowers(now);
    }

    /** Records that the last user is gone: the replica is unused and unverified until the next request. */
    void markUnused() {
        localDemand.markUnused();
        confirmation.markUnverified();
    }

    /**
     * Recomputes the sync partners, and forgets peers that disconnected or whose lease expired. The replica is not
     * confirmed until each new partner has reported its state.
     */
    void assignPartners(NeighbourLocations neighbours, int replicas, long now) {
        List<PeerId> unheard = peerReplicas.assignPartners(neighbours, replicas, now);
        confirmation.retain(syncPartners().partners());
        unheard.forEach(peer -> confirmation.startAwaiting(peer, now));
    }

    /**
     * Forgets the state of peers that was last confirmed before their current link: messages on the old link may be
     * lost. Partners among them have to confirm the replica again.
     *
     * @param linked start time of the link to each neighbour, in nanoseconds
     */
    void forgetBeforeLink(Map<PeerId, Long> linked, long now) {
        peerReplicas.forgetBeforeLink(linked, now).forEach(peer -> confirmation.startAwaiting(peer, now));
    }

    /** The sync partners and all other tracked peers. */
    List<PeerId> peers() {
        return peerReplicas.peers();
    }

    /** Whether the replicas of this node and of the peer should be compared now. */
    boolean needsComparison(PeerId peer, long now) {
        return peerReplicas.isUnknown(peer, now)
                || (peerReplicas.isWillingPartner(peer, now) && isInUse(now) && isOfferDue(peer, now));
    }

    /** During a backoff a partner is only shown that this node still follows its replica. */
    private boolean isOfferDue(PeerId peer, long now) {
        return peerReplicas.isReportDue(peer, now)
                || (!confirmation.isVerified() && !peerReplicas.isInBackoff(peer, now));
    }

    /** Whether a contract that is in demand waits for this partner's confirmation. */
    boolean isAwaitedAndWanted(PeerId peer, long now) {
        return confirmation.isAwaiting(peer) && (localDemand.wasWantedBefore() || isInUse(now));
    }

    /** Whether the comparison is urgent: a subscriber or a follower depends on a replica that may be out of sync. */
    boolean isUrgent(PeerId peer, long now) {
        return peerReplicas.isPartnerOutOfSync(peer) && (localDemand.isSubscribed() || peerReplicas.hasFollowers(now));
    }

    /** The digest that the peer is assumed to hold if it should be sent an update now, else null. */
    @Nullable
    StateDigest outdatedDigest(PeerId peer, long now) {
        return peerReplicas.outdatedDigest(peer, digest, now);
    }

    /** Whether the peer is assumed to hold the same state and no update from it was missed. */
    boolean isInSync(PeerId peer) {
        return peerReplicas.isInSync(peer, digest);
    }

    /** Records the digest that the peer reported, or null if it is only known to hold a different state. */
    void recordDigest(PeerId peer, @Nullable StateDigest held, long now) {
        peerReplicas.recordDigest(peer, held, digest, now);
        if (held != null && isEqual(peer, held)) {
            markInSync(peer, now);
        }
    }

    /** Whether the peer's replica with this digest is equal to this node's, in bytes or as the contract sees it. */
    boolean isEqual(PeerId peer, StateDigest theirs) {
        return digest.equals(theirs) || peerReplicas.isEquivalent(peer, digest, theirs);
    }

    /** Records that the contract sees no difference between the two replicas: they are in sync. */
    void recordEquivalent(PeerId peer, StateDigest theirs, long now) {
        peerReplicas.recordEquivalent(peer, digest, theirs, now);
        markInSync(peer, now);
    }

    /** Records that the partner holds another state, which has to be merged before the replica is confirmed. */
    void awaitMerge(PeerId peer, long now) {
        if (isPartner(peer) && !peerReplicas.isDivergedFrom(peer, digest)) {
            confirmation.startAwaiting(peer, now);
        }
    }

    /**
     * Records a reconciliation after which the replicas still differ. Returns whether the two states cannot be merged:
     * that was so before, and the peer had time to merge this node's.
     *
     * @param refused whether the contract refused the peer's state
     */
    boolean recordUnmerged(PeerId peer, StateDigest theirs, boolean refused, long now) {
        boolean isDiverged = peerReplicas.recordUnmerged(peer, digest, theirs, refused, now);
        if (isDiverged) {
            confirmation.stopAwaiting(peer);
        }
        return isDiverged;
    }

    /** Whether a peer holds a state that cannot be merged with this one. */
    boolean isDiverged() {
        return peerReplicas.isDiverged(digest);
    }

    /** Records that nothing has to be merged from the partner any more. */
    void recordHeard(PeerId peer) {
        if (!peerReplicas.hasMissedUpdate(peer)) {
            confirmation.stopAwaiting(peer);
        }
    }

    /** Records that the peer is sent a change that it lacks. Returns whether a comparison should follow soon. */
    boolean recordRepair(PeerId peer, long now) {
        return peerReplicas.recordRepair(peer, now);
    }

    /** Records that the replica contains all that the partner's contains. */
    void recordMerged(PeerId peer, long now) {
        markInSync(peer, now);
    }

    /** Records that the peer holds a state which this node cannot store: the replica is old until it can. */
    void recordUnstorable(PeerId peer, long now) {
        peerReplicas.markUnknown(peer);
        awaitMerge(peer, now);
        confirmation.markUnverified();
    }

    /** The partners that should confirm the replica now: those awaited, or the upstream of a replica that is stale. */
    List<PeerId> partnersToConfirm(long now) {
        return syncPartners().isRoot() || confirmation.isAwaiting()
                ? confirmation.due(now)
                : peerReplicas.willingPartners(now);
    }

    /** Takes back all confirmations: other hosts may have changed the state while this node did not run. */
    void forgetConfirmations(long now) {
        confirmation.forget(syncPartners().partners(), now);
    }

    /** Records the digest that the peer holds after the change that it sent. Does not extend its lease. */
    void recordUpdateFrom(PeerId peer, StateDigest held, long now) {
        if (peerReplicas.recordUpdateFrom(peer, held, digest, now)) {
            markInSync(peer, now);
        }
    }

    boolean isPartner(PeerId peer) {
        return peerReplicas.isPartner(peer);
    }

    /** Stops tracking the peer: it holds no replica and needs none. */
    void forget(PeerId peer) {
        peerReplicas.forget(peer);
        confirmation.stopAwaiting(peer);
    }

    /** Records that the peer merged this state; if it holds more, it reports that itself. */
    void recordDelivered(PeerId peer, StateDigest state, long now) {
        peerReplicas.recordDelivered(peer, state, now);
    }

    /** Records that an update from the peer was not applied: the replicas have to be compared. */
    void recordMissedUpdate(PeerId peer, long now) {
        peerReplicas.recordMissedUpdate(peer, now);
        awaitMerge(peer, now);
    }

    /** Records a comparison in which the peer reported this digest; it repairs the updates that were missed before. */
    void recordComparison(PeerId peer, StateDigest held, long now) {
        peerReplicas.clearMissedUpdate(peer, now);
        recordDigest(peer, held, now);
    }

    /** Records a comparison in which the replicas differed, or the peer had none. */
    void recordConflict(PeerId peer, long now) {
        peerReplicas.recordConflict(peer, digest, now);
        confirmation.stopAwaiting(peer);
    }

    /** Records that the peer refuses to host the contract until {@code notBefore}, in nanoseconds. */
    void recordRefusal(PeerId peer, long notBefore, long now) {
        peerReplicas.recordRefusal(peer, notBefore, now);
        confirmation.stopAwaiting(peer);
    }

    /**
     * Whether another host has confirmed the replica since this node started, and no partner may hold another state; a
     * node without neighbours cannot confirm its replicas.
     */
    boolean isFresh(boolean alone, long now) {
        if (alone || isDivergedFromPartner()) {
            return false;
        }
        if (syncPartners().isRoot()) {
            return syncPartners().partners().isEmpty() || confirmation.isComplete();
        }
        return confirmation.isComplete() && confirmation.age(now) <= lease;
    }

    /** Whether a partner holds a state that cannot be merged with this one, so that asking it does not help. */
    boolean isDivergedFromPartner() {
        return syncPartners().partners().stream().anyMatch(peer -> peerReplicas.isDivergedFrom(peer, digest));
    }

    /** Whether the replica was confirmed, and only partners that came later have not reported their state. */
    boolean isConfirmedExceptByNewPartners() {
        return confirmation.isVerified() && confirmation.isAwaiting();
    }

    /** Number of sync partners that are known to hold the same state. */
    int partnersInSync() {
        return (int) syncPartners().partners().stream().filter(this::isInSync).count();
    }

    private void markInSync(PeerId peer, long now) {
        confirmation.stopAwaiting(peer);
        if (peerReplicas.isConfirmingPartner(peer)) {
            confirmation.recordInSync(now);
        }
    }
}
