package dev.tributary.core.hosting.replica;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.StateDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The peers that this node's replica of one contract is synchronised with, and the last known state of each of their
 * replicas. Guarded by the lock of the hosting table; times in nanoseconds.
 */
public final class PeerReplicas {

    /** Maximum number of tracked peers per contract, sync partners excepted; others find changes when they compare. */
    private static final int MAX_TRACKED_PEERS = 256;

    /** Minimum time between two reports of a divergence of this contract, in nanoseconds. */
    private static final long REPORT_INTERVAL = 86_400_000_000_000L;

    private final RingLocation location;
    private final long interval;
    private final long lease;
    private final Map<PeerId, ReplicaState> peerStates = new LinkedHashMap<>(4);
    private SyncPartners syncPartners = SyncPartners.NONE;
    private NeighbourLocations locations;
    private long partnersAssignedAt;
    private boolean divergenceReported;
    private long divergenceReportedAt;

    /**
     * No peer is tracked, and no partner assigned.
     *
     * @param location that of the contract
     * @param locations the current neighbours
     * @param interval between comparisons
     * @param lease time without a report after which a peer is no follower any more
     */
    public PeerReplicas(RingLocation location, NeighbourLocations locations, long interval, long lease, long now) {
        this.location = location;
        this.locations = locations;
        this.interval = interval;
        this.lease = lease;
        this.partnersAssignedAt = now;
    }

    /** The peers that the replica is synchronised with. */
    public SyncPartners syncPartners() {
        return syncPartners;
    }

    /** Whether the partners were assigned with these neighbours. */
    public boolean isAssignedFrom(NeighbourLocations neighbours) {
        return locations.equals(neighbours);
    }

    /** Whether the peer is a sync partner. */
    public boolean isPartner(PeerId peer) {
        return syncPartners.partners().contains(peer);
    }

    /**
     * Recomputes the sync partners, and forgets peers that disconnected or whose lease expired. Returns the new partners
     * that have not reported their state.
     */
    public List<PeerId> assignPartners(NeighbourLocations neighbours, int replicas, long now) {
        List<PeerId> before = syncPartners.partners();
        locations = neighbours;
        syncPartners = locations.syncPartners(location, replicas, peer -> isRefusing(peer, now), this::isHost);
        peerStates
                .entrySet()
                .removeIf(each -> !locations.contains(each.getKey())
                        || (!isPartner(each.getKey()) && each.getValue().timeSinceReport(now) > lease));
        partnersAssignedAt = now;
        return syncPartners.partners().stream()
                .filter(peer -> !before.contains(peer) && !hasReported(peer))
                .toList();
    }

    /**
     * Forgets the state of peers that was last confirmed before their current link: messages on the old link may be
     * lost. Returns the partners among them, which have to report their state again.
     *
     * @param linked start time of the link to each neighbour
     */
    public List<PeerId> forgetBeforeLink(Map<PeerId, Long> linked, long now) {
        peerStates.entrySet().removeIf(each -> {
            Long since = linked.get(each.getKey());
            return since != null && each.getValue().timeSinceReport(now) > now - since;
        });
        return syncPartners.partners().stream()
                .filter(partner -> {
                    Long since = linked.get(partner);
                    return since != null && since - partnersAssignedAt > 0 && !hasReported(partner);
                })
                .toList();
    }

    /** The sync partners and all other tracked peers. */
    public List<PeerId> peers() {
        List<PeerId> peers = new ArrayList<>(syncPartners.partners());
        peerStates.keySet().stream().filter(peer -> !peers.contains(peer)).forEach(peers::add);
        return peers;
    }

    /** Whether peers keep their replicas in sync through this node. */
    public boolean hasFollowers(long now) {
        return peerStates.values().stream().anyMatch(peerState -> peerState.isFollower(lease, now));
    }

    /**
     * Whether a report of the peer now is the next one of a follower: a user of its replica depends on this node's. The
     * first report on a link says nothing, since all replicas are compared then.
     */
    public boolean isNextReportOfFollower(PeerId peer, long now) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.isFollower(lease, now) && peerState.timeSinceReport(now) >= interval / 2;
    }

    /** Whether the replicas have to be compared now, in use or not, as it is not known what the peer holds. */
    public boolean isUnknown(PeerId peer, long now) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState == null
                ? isPartner(peer)
                : !peerState.isInBackoff(now) && (peerState.needsComparison() || peerState.repaired());
    }

    /** Whether the peer is a partner that may be offered this node's replica now. */
    public boolean isWillingPartner(PeerId peer, long now) {
        return isPartner(peer) && !isRefusing(peer, now);
    }

    /** Whether comparisons with the peer back off, as the replicas differed or are equal but for the bytes. */
    public boolean isInBackoff(PeerId peer, long now) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.isInBackoff(now);
    }

    /** Whether the partner's report is about to expire, or the replica was not announced to the upstream. */
    public boolean isReportDue(PeerId partner, long now) {
        ReplicaState peerState = peerStates.get(partner);
        return peerState == null
                || peerState.timeSinceReport(now) >= interval - interval / 4
                || (!syncPartners.isRoot() && !peerState.announced());
    }

    /** Whether the peer is a partner that may be out of sync, or that does not know of this node's replica. */
    public boolean isPartnerOutOfSync(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        return isPartner(peer) && (peerState == null || peerState.needsComparison() || !peerState.announced());
    }

    /** The digest that the peer is assumed to hold if it should be sent an update to this one now, else null. */
    public @Nullable StateDigest outdatedDigest(PeerId peer, StateDigest ours, long now) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState == null || peerState.holds(ours) || peerState.isRefusing(now) || peerState.isRefused(ours)
                ? null
                : peerState.lastKnownDigest();
    }

    /** Whether this node has all that the peer is assumed to hold. */
    public boolean isContained(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.isContained();
    }

    /** Whether the peer is assumed to hold this state, and no update from it was missed. */
    public boolean isInSync(PeerId peer, StateDigest ours) {
        return holds(peer, ours) && !hasMissedUpdate(peer);
    }

    /** Whether the peer is assumed to hold this state. */
    public boolean holds(PeerId peer, StateDigest state) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.holds(state);
    }

    /** Whether an update from the peer was not applied, and no comparison has repaired that. */
    public boolean hasMissedUpdate(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.missedUpdate();
    }

    /**
     * Whether the peer is a partner that confirms this node's replica by holding the same state. An upstream whose own
     * replica is not confirmed does not; no host is above the root.
     */
    public boolean isConfirmingPartner(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        return isPartner(peer) && (syncPartners.isRoot() || peerState == null || peerState.confirmed());
    }

    /** The partners that do not refuse to host the contract. */
    public List<PeerId> willingPartners(long now) {
        return syncPartners.partners().stream()
                .filter(peer -> !isRefusing(peer, now))
                .toList();
    }

    /** Whether a peer holds a state that cannot be merged with this one. */
    public boolean isDiverged(StateDigest ours) {
        return peerStates.values().stream().anyMatch(peerState -> peerState.isDiverged(ours));
    }

    /** Whether this peer holds a state that cannot be merged with this one. */
    public boolean isDivergedFrom(PeerId peer, StateDigest ours) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.isDiverged(ours);
    }

    /** Whether a divergence should be reported now: once a day. Then it counts as reported. */
    public boolean takeDivergenceReport(long now) {
        if (divergenceReported && now - divergenceReportedAt < REPORT_INTERVAL) {
            return false;
        }
        divergenceReported = true;
        divergenceReportedAt = now;
        return true;
    }

    /** Ends the backoffs because replicas differ: this node's has changed. */
    public void endRests() {
        peerStates.values().forEach(ReplicaState::endRest);
    }

    /** Records that the peer reported during a backoff that its replica still differs. */
    public void recordReport(PeerId peer, long now) {
        trackedState(peer, now).recordReport(now);
    }

    /** Whether the contract sees no difference between this state and the one that the peer reports. */
    public boolean isEquivalent(PeerId peer, StateDigest ours, StateDigest theirs) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.isEquivalent(ours, theirs);
    }

    /** Whether the peer was last found to hold a state without a difference from the one that this node held then. */
    public boolean isEquivalent(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.isEquivalent();
    }

    /** Records that the contract sees no difference between the two states: the replicas are in sync. */
    public void recordEquivalent(PeerId peer, StateDigest ours, StateDigest theirs, long now) {
        trackedState(peer, now).recordEquivalent(ours, theirs, interval, now);
    }

    /** Records that the peer is assumed to hold this state after a change, which a later comparison has to show. */
    public void recordDoubtful(PeerId peer, StateDigest state, long now) {
        ReplicaState peerState = trackedState(peer, now);
        peerState.recordDelivered(state);
        peerState.markDoubtful();
    }

    /** Records the digest that the peer reported, or null if it is only known to hold another state than this one. */
    public void recordDigest(PeerId peer, @Nullable StateDigest held, StateDigest ours, long now) {
        trackedState(peer, now).recordDigest(held, ours, now);
    }

    /** Records whether the peer's own replica was confirmed when it reported its digest. */
    public void recordConfirmed(PeerId peer, boolean isConfirmed, long now) {
        trackedState(peer, now).confirmed(isConfirmed);
    }

    /** Records that the peer is sent a change that it lacks. Returns whether a comparison should follow soon. */
    public boolean recordRepair(PeerId peer, long now) {
        return trackedState(peer, now).markRepaired();
    }

    /** Records that this node announced its replica to the peer. */
    public void markAnnounced(PeerId peer, long now) {
        trackedState(peer, now).markAnnounced();
    }

    /** Records that the peer merged this state; if it holds more, it reports that itself. */
    public void recordDelivered(PeerId peer, StateDigest state, long now) {
        trackedState(peer, now).recordDelivered(state);
    }

    /**
     * Records the digest that the peer holds after the change that it sent. Does not extend its lease. Returns whether
     * both replicas are in sync.
     */
    public boolean recordUpdateFrom(PeerId peer, StateDigest held, StateDigest ours, long now) {
        ReplicaState peerState = trackedState(peer, now);
        peerState.recordDelivered(held);
        if (!ours.equals(held)) {
            return false;
        }
        peerState.markInSync();
        return !peerState.missedUpdate();
    }

    /** Records that an update from the peer was not applied. */
    public void recordMissedUpdate(PeerId peer, long now) {
        trackedState(peer, now).markMissedUpdate();
    }

    /** Records a comparison, which repairs the updates that were missed before. */
    public void clearMissedUpdate(PeerId peer, long now) {
        trackedState(peer, now).clearMissedUpdate();
    }

    /** Records a comparison in which the replicas differed, or the peer had none. */
    public void recordConflict(PeerId peer, StateDigest ours, long now) {
        trackedState(peer, now).recordConflict(ours, lease, now);
    }

    /**
     * Records a reconciliation after which the replicas still differ. Returns whether the two states cannot be merged:
     * that was so before, and the peer had time to merge this node's.
     *
     * @param refused whether the contract refused the peer's state
     */
    public boolean recordUnmerged(PeerId peer, StateDigest ours, StateDigest theirs, boolean refused, long now) {
        return trackedState(peer, now).recordUnmerged(ours, theirs, refused, lease, now);
    }

    /** Whether a reconciliation of these two states has been without effect before. */
    public boolean wasUnmerged(PeerId peer, StateDigest ours, StateDigest theirs) {
        ReplicaState peerState = peerStates.get(peer);
        return peerState != null && peerState.wasUnmerged(ours, theirs);
    }

    /** Records that the peer refuses to host the contract until {@code notBefore}. */
    public void recordRefusal(PeerId peer, long notBefore, long now) {
        trackedState(peer, now).recordRefusal(notBefore);
    }

    /** Marks the peer's state as unknown: its replica has to be compared, if the peer is tracked. */
    public void markUnknown(PeerId peer) {
        ReplicaState peerState = peerStates.get(peer);
        if (peerState != null) {
            peerState.markUnknown();
        }
    }

    /** Stops tracking the peer. */
    public void forget(PeerId peer) {
        peerStates.remove(peer);
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
