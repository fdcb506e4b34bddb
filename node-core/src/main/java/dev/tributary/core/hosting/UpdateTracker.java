package dev.tributary.core.hosting;

import dev.tributary.core.hosting.PendingUpdates.PendingUpdate;
import dev.tributary.core.message.Update;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Tracks the updates between this node and its neighbours: finds the next one for a neighbour, checks what neighbours
 * send, and records what was missed and who follows no more. Uses the lock of the hosting table. Methods do not block;
 * safe to call from any thread.
 */
final class UpdateTracker {

    /** How a neighbour's update compares with the local replica. */
    enum UpdateCheck {
        /** This node does not host the contract. */
        NOT_HELD,
        /** The update leads to the local state, or the sender is not a neighbour. */
        IGNORE,
        /** The update has to be applied. */
        APPLY
    }

    private final HostingTable table;
    private final ReplicaTracker replicas;
    private final SyncScheduler scheduler;
    private final PendingUpdates pendingUpdates;
    private final RootIndex rootIndex;
    private final TimeSource time;

    UpdateTracker(
            HostingTable table,
            ReplicaTracker replicas,
            SyncScheduler scheduler,
            PendingUpdates pendingUpdates,
            RootIndex rootIndex,
            TimeSource time) {
        this.table = table;
        this.replicas = replicas;
        this.scheduler = scheduler;
        this.pendingUpdates = pendingUpdates;
        this.rootIndex = rootIndex;
        this.time = time;
    }

    /**
     * The next update for the neighbour, which from now on is assumed to hold its result; empty if the neighbour is up
     * to date, or if the replicas have to be compared instead.
     */
    Optional<PendingUpdate> nextUpdate(PeerId peer, ContractInstanceId id) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            if (entry == null || !table.isNeighbour(peer) || !scheduler.isOutdated(entry, peer)) {
                return Optional.empty();
            }
            Optional<PendingUpdate> notice = pendingUpdates.next(entry, peer);
            if (notice.isEmpty()) {
                entry.peerReplicas().markUnknown(peer);
                scheduler.enqueue(entry, peer);
            }
            rootIndex.update(entry);
            return notice;
        }
    }

    /** As {@link #nextUpdate}, but a full state of more than {@code maxFullState} bytes is left to the update queue. */
    Optional<PendingUpdate> nextSmallUpdate(PeerId peer, ContractInstanceId id, int maxFullState) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            if (entry != null && entry.bytes() > maxFullState && pendingUpdates.needsFullState(entry, peer)) {
                scheduler.enqueueUpdates(id, List.of(peer));
                return Optional.empty();
            }
            return nextUpdate(peer, id);
        }
    }

    /** Checks a neighbour's update against the local replica. */
    UpdateCheck checkUpdate(PeerId peer, Update.Changed changed) {
        synchronized (table) {
            HostedContract entry = table.entry(changed.id());
            if (!table.isNeighbour(peer)) {
                return UpdateCheck.IGNORE;
            } else if (entry == null) {
                return UpdateCheck.NOT_HELD;
            } else if (!changed.after().equals(entry.digest())) {
                return UpdateCheck.APPLY;
            }
            entry.recordUpdateFrom(peer, changed.after(), time.nanos());
            rootIndex.update(entry);
            return UpdateCheck.IGNORE;
        }
    }

    /** Whether an update that the contract refuses leads to a state that this node held lately: it only came late. */
    boolean isLate(Update.Changed changed) {
        synchronized (table) {
            return pendingUpdates.isLogged(changed.id(), changed.after());
        }
    }

    /** The tracked peers of the contract but for this one. */
    List<PeerId> otherPeers(ContractInstanceId id, PeerId except) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            return entry == null
                    ? List.of()
                    : entry.peers().stream()
                            .filter(peer -> !peer.equals(except))
                            .toList();
        }
    }

    /** Marks the neighbour's state as unknown: the replicas have to be compared. */
    void markUnknown(PeerId peer, ContractInstanceId id) {
        replicas.updateNeighbour(peer, id, entry -> entry.peerReplicas().markUnknown(peer));
    }

    /** Records an update from the neighbour that was not applied. It is not resent, so the replicas are compared. */
    void recordMissedUpdate(PeerId peer, ContractInstanceId id) {
        replicas.updateNeighbour(peer, id, entry -> entry.recordMissedUpdate(peer, time.nanos()));
    }

    /** Records that the neighbour no longer follows these contracts. A sync partner is compared with again. */
    void recordUnfollowed(PeerId peer, Collection<ContractInstanceId> ids) {
        ids.forEach(id -> replicas.update(id, entry -> {
            boolean wasFollowed = entry.peerReplicas().hasFollowers(time.nanos());
            entry.forget(peer);
            rootIndex.update(entry);
            scheduler.enqueue(entry);
            if (wasFollowed) {
                table.demandTracker().releaseIfUnused(entry);
            }
        }));
    }
}
