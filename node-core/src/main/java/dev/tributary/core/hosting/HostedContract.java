package dev.tributary.core.hosting;

import dev.tributary.core.message.Hosting;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.StateDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One hosted contract: its demand, the peers that its replica is synchronised with, and the last known state of each of
 * their replicas. Guarded by the lock of the hosting table.
 */
final class HostedContract {

    /** Maximum number of tracked peers per contract, sync partners excepted; others find changes when they compare. */
    private static final int MAX_TRACKED_PEERS = 256;

    /** Intervals without confirmation after which a peer is no longer a follower and a replica is stale. */
    static final int LEASE_INTERVALS = 4;

    /** Minimum time between two reports of a divergence of this contract, in nanoseconds. */
    private static final long REPORT_INTERVAL = 86_400_000_000_000L;

    private final ContractKey key;
    private final RingLocation location;
    private final long interval;
    private final long lease;
    private final @Nullable PeerId sender;
    private final Map<PeerId, ReplicaState> peerStates = new LinkedHashMap<>(4);
    private StateDigest digest;
    private int bytes;
    private int codeBytes;
    private Demand demand;
    private final AwaitedPartners awaited = new AwaitedPartners();
    private SyncPartners syncPartners = SyncPartners.NONE;
    private NeighbourLocations locations;
    private boolean subscribed;
    private boolean requested;
    private long requestedAt;
    private boolean verified;
    private long lastInSyncAt;
    private long partnersAssignedAt;
    private boolean wantedBefore;
    private boolean divergenceReported;
    private long divergenceReportedAt;

    /**
     * A contract as loaded from the store. It starts unverified: nearer peers may hold a newer state.
     *
     * @param locations the current neighbours
     * @param interval between comparisons, in nanoseconds
     */
    HostedContract(StoreEntry holding, NeighbourLocations locations, long interval, long now) {
        this(holding, null, locations, interval, now);
    }

    /** A contract that this peer brought; null if a client of this node did. Unknown after a restart, so null too. */
    HostedContract(StoreEntry holding, @Nullable PeerId sender, NeighbourLocations locations, long interval, long now) {
        this.sender = sender;
        this.key = holding.key();
        this.location = holding.key().location();
        this.locations = locations;
        this.interval = interval;
        this.lease = LEASE_INTERVALS * interval;
        this.digest = holding.digest();
        this.bytes = holding.bytes();
        this.codeBytes = holding.codeBytes();
        this.demand = holding.demand();
        this.lastInSyncAt = now;
        this.partnersAssignedAt = now;
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
        return demand;
    }

    SyncPartners syncPartners() {
        return syncPartners;
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
        digest = holding.digest();
        bytes = holding.bytes();
        codeBytes = holding.codeBytes();
        demand = holding.demand();
    }

    /** A request in the future, from before the clock was set back, counts as one of now. */
    void limitDemand(Instant now) {
        demand = demand.notAfter(now);
    }

    /** Records a request for the contract, from a client or forwarded by a neighbour. */
    void recordRequest(Demand demandNow, long now) {
        demand = demandNow;
        requested = true;
        requestedAt = now;
    }

    /** Records that a client of this node pinned or unpinned the contract. */
    void recordPin(boolean pinned) {
        demand = demand.withPin(pinned);
    }

    /** Whether a client of this node subscribes to the contract. */
    boolean subscribed() {
        return subscribed;
    }

    void subscribed(boolean now) {
        subscribed = now;
    }

    /** Records that the contract was in demand before a restart, so that its replica is compared first. */
    void markWantedBefore() {
        wantedBefore = true;
    }

    /** Whether the partners were assigned with these neighbours. */
    boolean isAssignedFrom(NeighbourLocations neighbours) {
        return locations.equals(neighbours);
    }

    /**
     * Whether the replica is kept in sync: this node is the root, a client subscribes or pinned the contract, a peer
     * follows, or the contract was requested within the lease.
     */
    boolean isInUse(long now) {
        return subscribed
                || demand.isPinned()
                || syncPartners.isRoot()
                || (requested && now - requestedAt <= lease)
                || hasFollowers(now);
    }

    /** Whether peers keep their replicas in sync through this node. */
    boolean hasFollowers(long now) {
        return peerStates.values().stream().anyMatch(peerState -> peerState.isFollower(lease, now));
    }

    /** Records that the last user is gone: the replica is unused and unverified until the next request. */
    void markUnused() {
        requested = false;
        verified = false;
    }

    /**
     * Recomputes the sync partners, and forgets peers that disconnected or whose lease expired. The replica is not
     * confirmed until each new partner has reported its state.
     */
    void assignPartners(NeighbourLocations neighbours, int replicas, long now) {
        List<PeerId> before = syncPartners.partners();
        locations = neighbours;
        syncPartners = locations.syncPartners(location, replicas, peer -> isRefusing(peer, now), this::isHost);
        peerStates
                .entrySet()
                .removeIf(each -> !locations.contains(each.getKey())
                        || (!isPartner(each.getKey()) && each.getValue().timeSinceReport(now) > lease));
        awaited.retain(syncPartners.partners());
        syncPartners.partners().stream()
                .filter(peer -> !before.contains(peer) && !hasReported(peer))
                .forEach(peer -> awaited.add(peer, now));
        partnersAssignedAt = now;
    }

    /**
     * Forgets the state of peers that was last confirmed before their current link: messages on the old link may be
     * lost. Partners among them have to confirm the replica again.
     *
     * @param linked start time of the link to each neighbour, in nanoseconds
     */
    void forgetBeforeLink(Map<PeerId, Long> linked, long now) {
        peerStates.entrySet().removeIf(each -> {
            Long since = linked.get(each.getKey());
            return since != null && each.getValue().timeSinceReport(now) > now - since;
        });
        for (PeerId partner : syncPartners.partners()) {
            Long since = linked.get(partner);
            if (since != null && since - partnersAssignedAt > 0 && !hasReported(partner)) {
                awaited.add(partner, now);
            }
        }
    }

    /** The sync partners and all other tracked peers. */
    List<PeerId> peers() {
        List<PeerId> peers = new ArrayList<>(syncPartners.partners());
        peerStates.keySet().stream().filter(peer -> !peers.contains(peer)).forEach(peers::add);
        return peers;
    }

    /** Whether the replicas of this node and of the peer should be compared now. */
    boolean needsComparison(PeerId peer, long now) {
        ReplicaState peerState = peerStates.get(peer);
        boolean isPartner = isPartner(peer);
        if (peerState == null) {
            return isPartner;
        }
        if (peerState.isInBackoff(now)) {
            return false;
        }
        boolean isLeaseAging = peerState.timeSinceReport(now) >= interval - interval / 4;
        boolean isDue = isLeaseAging || !verified || (!syncPartners.isRoot() && !peerState.announced());
        return peerState.lastKnownDigest() == null || peerState.missedUpdate() || (isPartner && isInUse(now) && isDue);
    }

    /** Whether a contract that is in demand waits for this partner's confirmation. */
    boolean isAwaitedAndWanted(PeerId peer, long now) {
        return awaited.contains(peer) && (wantedBefore || isInUse(now));
    }

    /** Whether the comparison is urgent: a subscriber or a follower depends on a replica that may be out of sync. */
    boolean isUrgent(PeerId peer, long now) {
        ReplicaState peerState = peerStates.get(peer);
        return isPartner(peer)
                && (subscribed || hasFollowers(now))
                && (peerState == null
                        || peerState.lastKnownDigest() == null
                        || peerState.missedUpdate()
                        || !peerState.announced());
    }

    /** The digest that the peer is assumed to hold if it should be sent an update now, else null. */
    @Nullable
    StateDigest outdatedDigest(PeerId peer, long now) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState == null || peerState.holds(digest) || peerState.isRefusing(now) || peerState.isRefused(digest)
                ? null
                : peerState.lastKnownDigest();
    }

    /** Whether the peer is assumed to hold the same state and no update from it was missed. */
    boolean isInSync(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.holds(digest) && !peerState.missedUpdate();
    }

    /** Whether the peer is assumed to hold this state. */
    boolean holds(PeerId peer, StateDigest state) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.holds(state);
    }

    /** Records the digest that the peer reported, or null if it is only known to hold a different state. */
    void recordDigest(PeerId peer, @Nullable StateDigest held, long now) {
        trackedState(peer, now).recordDigest(held, digest, now);
        if (digest.equals(held)) {
            markInSync(peer, now);
        }
    }

    /** Records whether the peer's own replica was confirmed when it reported its digest. */
    void recordConfirmed(PeerId peer, boolean isConfirmed, long now) {
        trackedState(peer, now).confirmed(isConfirmed);
    }

    /** Records that the partner holds another state, which has to be merged before the replica is confirmed. */
    void awaitMerge(PeerId peer, long now) {
        if (isPartner(peer) && !isDivergedFrom(peer)) {
            awaited.add(peer, now);
        }
    }

    /**
     * Records a reconciliation after which the replicas still differ. Returns whether the two states cannot be merged:
     * that was so before, and the peer had time to merge this node's.
     *
     * @param refused whether the contract refused the peer's state
     */
    boolean recordUnmerged(PeerId peer, StateDigest theirs, boolean refused, long now) {
        boolean isDiverged = trackedState(peer, now).recordUnmerged(digest, theirs, refused, now);
        if (isDiverged) {
            awaited.remove(peer);
        }
        return isDiverged;
    }

    /** Whether a peer holds a state that cannot be merged with this one. */
    boolean isDiverged() {
        return peerStates.values().stream().anyMatch(peerState -> peerState.isDiverged(digest));
    }

    /** Whether a divergence should be reported now: once a day. Then it counts as reported. */
    boolean takeDivergenceReport(long now) {
        if (divergenceReported && now - divergenceReportedAt < REPORT_INTERVAL) {
            return false;
        }
        divergenceReported = true;
        divergenceReportedAt = now;
        return true;
    }

    private boolean isDivergedFrom(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.isDiverged(digest);
    }

    /** Records that nothing has to be merged from the partner any more. */
    void recordHeard(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        if (peerState == null || !peerState.missedUpdate()) {
            awaited.remove(peer);
        }
    }

    /** Records that the replica contains all that the partner's contains. */
    void recordMerged(PeerId peer, long now) {
        markInSync(peer, now);
    }

    /** Records that a partner which was asked to confirm the replica did not. */
    void recordSilent(PeerId peer, long now) {
        awaited.recordSilent(peer, now);
    }

    /** The partners that should confirm the replica now: those awaited, or the upstream of a replica that is stale. */
    List<PeerId> partnersToConfirm(long now) {
        boolean isAwaiting = syncPartners.isRoot() || !awaited.isEmpty();
        return isAwaiting
                ? awaited.due(now)
                : syncPartners.partners().stream()
                        .filter(peer -> !isRefusing(peer, now))
                        .toList();
    }

    /** Takes back all confirmations: other hosts may have changed the state while this node did not run. */
    void forgetConfirmations(long now) {
        verified = false;
        syncPartners.partners().forEach(peer -> awaited.add(peer, now));
    }

    /** Records the digest that the peer holds after the change that it sent. Does not extend its lease. */
    void recordUpdateFrom(PeerId peer, StateDigest held, long now) {
        ReplicaState peerState = trackedState(peer, now);
        peerState.recordDelivered(held);
        if (digest.equals(held)) {
            peerState.markInSync(now);
            if (!peerState.missedUpdate()) {
                markInSync(peer, now);
            }
        }
    }

    boolean isPartner(PeerId peer) {
        return syncPartners.partners().contains(peer);
    }

    /** Stops tracking the peer: it holds no replica and needs none. */
    void forget(PeerId peer) {
        peerStates.remove(peer);
        awaited.remove(peer);
    }

    /** Records that this node announced its replica to the peer. */
    void markAnnounced(PeerId peer, long now) {
        trackedState(peer, now).markAnnounced();
    }

    /** Records that the peer merged this state; if it holds more, it reports that itself. */
    void recordDelivered(PeerId peer, StateDigest state, long now) {
        trackedState(peer, now).recordDelivered(state);
    }

    /** Marks the peer's state as unknown: its replica has to be compared, if the peer is tracked. */
    void markUnknown(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        if (peerState != null) {
            peerState.markUnknown();
        }
    }

    /** Records that an update from the peer was not applied: the replicas have to be compared. */
    void recordMissedUpdate(PeerId peer, long now) {
        trackedState(peer, now).markMissedUpdate();
        awaitMerge(peer, now);
    }

    /** Records a comparison in which the peer reported this digest; it repairs the updates that were missed before. */
    void recordComparison(PeerId peer, StateDigest held, long now) {
        trackedState(peer, now).clearMissedUpdate();
        recordDigest(peer, held, now);
    }

    /** Records a comparison in which the replicas differed, or the peer had none. */
    void recordConflict(PeerId peer, long now) {
        trackedState(peer, now).recordConflict(digest, now);
        awaited.remove(peer);
    }

    /** Records that the peer refuses to host the contract until {@code notBefore}, in nanoseconds. */
    void recordRefusal(PeerId peer, long notBefore, long now) {
        trackedState(peer, now).recordRefusal(notBefore);
        awaited.remove(peer);
    }

    /** Marks the replica verified: in sync with a sync partner, fetched by this node, or first stored at the root. */
    void markVerified(long now) {
        verified = true;
        lastInSyncAt = now;
        awaited.clear();
    }

    /**
     * Whether another host has confirmed the replica since this node started, and no partner may hold another state; a
     * node without neighbours cannot confirm its replicas.
     */
    boolean isFresh(boolean alone, long now) {
        if (alone || isDivergedFromPartner()) {
            return false;
        }
        if (syncPartners.isRoot()) {
            return syncPartners.partners().isEmpty() || (verified && awaited.isEmpty());
        }
        return verified && awaited.isEmpty() && now - lastInSyncAt <= lease;
    }

    /** Whether a partner holds a state that cannot be merged with this one, so that asking it does not help. */
    boolean isDivergedFromPartner() {
        return syncPartners.partners().stream().anyMatch(this::isDivergedFrom);
    }

    /** Whether the replica was confirmed, and only partners that came later have not reported their state. */
    boolean isConfirmedExceptByNewPartners() {
        return verified && !awaited.isEmpty();
    }

    /** Number of sync partners that are known to hold the same state. */
    int partnersInSync() {
        return (int) syncPartners.partners().stream().filter(this::isInSync).count();
    }

    /** An upstream whose own replica is not confirmed does not confirm this one; no host is above the root. */
    private void markInSync(PeerId peer, long now) {
        awaited.remove(peer);
        ReplicaState peerState = peerStates.get(peer);
        boolean isSure = syncPartners.isRoot() || peerState == null || peerState.confirmed();
        if (isPartner(peer) && isSure) {
            verified = true;
            lastInSyncAt = now;
        }
    }

    private boolean hasReported(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && (peerState.announced() || peerState.lastKnownDigest() != null);
    }

    private boolean isHost(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.lastKnownDigest() != null;
    }

    private boolean isRefusing(PeerId peer, long now) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.isRefusing(now);
    }

    /** When full, returns an untracked entry for peers that are no sync partners. */
    private ReplicaState trackedState(PeerId peer, long now) {
        ReplicaState existing = peerStates.get(peer);
        if (existing != null) {
            return existing;
        }
        ReplicaState created = new ReplicaState(locations.isFarther(peer, location), now);
        if (peerStates.size() < MAX_TRACKED_PEERS || isPartner(peer)) {
            peerStates.put(peer, created);
        }
        return created;
    }
}
