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
    private SyncPartners syncPartners = SyncPartners.NONE;
    private NeighbourLocations locations;
    private boolean subscribed;
    private boolean requested;
    private long requestedAt;
    private boolean verified;
    private long lastInSyncAt;

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

    Hosting.Replica held() {
        return new Hosting.Replica(key.id(), digest, (int) Math.min(Integer.MAX_VALUE, (long) bytes + codeBytes));
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

    /** Whether a client of this node subscribes to the contract. */
    boolean subscribed() {
        return subscribed;
    }

    void subscribed(boolean now) {
        subscribed = now;
    }

    /**
     * Whether the replica is kept in sync: this node is the root, a client subscribes, a peer follows, or the contract
     * was requested within the lease.
     */
    boolean isInUse(long now) {
        return subscribed || syncPartners.isRoot() || (requested && now - requestedAt <= lease) || hasFollowers(now);
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

    /** Recomputes the sync partners, and forgets peers that disconnected or whose lease expired. */
    void assignPartners(NeighbourLocations neighbours, int replicas, long now) {
        locations = neighbours;
        syncPartners = locations.syncPartners(location, replicas, peer -> isRefusing(peer, now), this::isHost);
        peerStates
                .entrySet()
                .removeIf(each -> !locations.contains(each.getKey())
                        || (!isPartner(each.getKey()) && each.getValue().timeSinceReport(now) > lease));
    }

    /**
     * Forgets the state of peers that was last confirmed before their current link: messages on the old link may be
     * lost.
     *
     * @param linked start time of the link to each neighbour, in nanoseconds
     */
    void forgetBeforeLink(Map<PeerId, Long> linked, long now) {
        peerStates.entrySet().removeIf(each -> {
            Long since = linked.get(each.getKey());
            return since != null && each.getValue().timeSinceReport(now) > now - since;
        });
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
        return peerState == null || peerState.holds(digest) || peerState.isRefusing(now)
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

    /** Records the digest that the peer holds after the change that it sent. Does not extend its lease. */
    void recordUpdateFrom(PeerId peer, StateDigest held, long now) {
        trackedState(peer, now).recordDelivered(held);
        if (digest.equals(held)) {
            trackedState(peer, now).markInSync(now);
            markInSync(peer, now);
        }
    }

    boolean isPartner(PeerId peer) {
        return syncPartners.partners().contains(peer);
    }

    /** Stops tracking the peer: it holds no replica and needs none. */
    void forget(PeerId peer) {
        peerStates.remove(peer);
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
    }

    /** Records a comparison in which the peer reported this digest; it repairs the updates that were missed before. */
    void recordComparison(PeerId peer, StateDigest held, long now) {
        trackedState(peer, now).clearMissedUpdate();
        recordDigest(peer, held, now);
    }

    /** Records a comparison in which the replicas differed, or the peer had none. */
    void recordConflict(PeerId peer, long now) {
        trackedState(peer, now).recordConflict(digest, now);
    }

    /** Records that the peer refuses to host the contract until {@code notBefore}, in nanoseconds. */
    void recordRefusal(PeerId peer, long notBefore, long now) {
        trackedState(peer, now).recordRefusal(notBefore);
    }

    /** Marks the replica verified: in sync with a sync partner, fetched by this node, or first stored at the root. */
    void markVerified(long now) {
        verified = true;
        lastInSyncAt = now;
    }

    /** Whether the replica is not stale; a node without neighbours cannot verify its replicas. */
    boolean isFresh(boolean alone, long now) {
        if (alone) {
            return false;
        }
        if (syncPartners.isRoot()) {
            return verified || syncPartners.partners().isEmpty();
        }
        return verified && now - lastInSyncAt <= lease;
    }

    /** Number of sync partners that are known to hold the same state. */
    int partnersInSync() {
        return (int) syncPartners.partners().stream().filter(this::isInSync).count();
    }

    private void markInSync(PeerId peer, long now) {
        if (isPartner(peer)) {
            markVerified(now);
        }
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
