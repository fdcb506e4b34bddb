package dev.tributary.core.hosting;

import dev.tributary.core.hosting.replica.SilentPartners;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracks the neighbours' replicas of the contracts hosted here: records what neighbours report, computes the replies,
 * and schedules the resulting work. Uses the lock of the hosting table. Methods do not block; safe to call from any
 * thread.
 */
public final class ReplicaTracker {

    /** The action that follows the comparison of a replica. */
    enum SyncAction {
        NONE,
        /** Push contract and state: the neighbour is a sync partner without a replica. */
        PUSH,
        /** Reconcile the replicas: they differ, and each side is sent what it is missing. */
        RECONCILE
    }

    /** Number of intervals during which a contract is not offered again to a neighbour that refused it. */
    private static final int REFUSAL_BACKOFF_INTERVALS = 5;

    private static final Logger log = LoggerFactory.getLogger(ReplicaTracker.class);

    private final HostingTable table;
    private final SyncScheduler scheduler;
    private final PendingUpdates pendingUpdates;
    private final RootIndex rootIndex;
    private final TimeSource time;
    private final long refusalBackoff;
    private final SilentPartners silent = new SilentPartners();
    private volatile BiConsumer<ContractKey, PeerId> divergenceListener = (contract, peer) -> {};

    ReplicaTracker(
            HostingTable table,
            SyncScheduler scheduler,
            PendingUpdates pendingUpdates,
            RootIndex rootIndex,
            TimeSource time) {
        this.table = table;
        this.scheduler = scheduler;
        this.pendingUpdates = pendingUpdates;
        this.rootIndex = rootIndex;
        this.time = time;
        this.refusalBackoff =
                REFUSAL_BACKOFF_INTERVALS * table.config().interval().toNanos();
    }

    /** The reply to a neighbour's offer: a verdict for each replica, and which of this node's are not confirmed. */
    Hosting.Answer answer(PeerId peer, Hosting.Offer offer) {
        synchronized (table) {
            List<Hosting.Verdict> verdicts = new ArrayList<>();
            Set<Integer> unconfirmed = new HashSet<>();
            for (Hosting.Replica offered : offer.replicas()) {
                if (table.freshness().isUnconfirmed(offered.id())) {
                    unconfirmed.add(verdicts.size());
                }
                verdicts.add(verdict(peer, offered));
            }
            return new Hosting.Answer(offer.tx(), verdicts, unconfirmed);
        }
    }

    /** The replicas out of these that should be compared with the neighbour now. */
    public List<Hosting.Replica> offersFor(PeerId peer, Collection<ContractInstanceId> ids) {
        synchronized (table) {
            return ids.stream()
                    .map(table::entry)
                    .filter(entry -> entry != null
                            && (scheduler.needsComparison(entry, peer) || scheduler.isOutdated(entry, peer)))
                    .map(table::offered)
                    .toList();
        }
    }

    /** The partners that should confirm the replica before it answers a GET. */
    List<PeerId> partnersToConfirm(ContractInstanceId id) {
        synchronized (table) {
            HostedContract entry = table.currentEntry(id);
            long now = time.nanos();
            return entry == null
                    ? List.of()
                    : entry.partnersToConfirm(now).stream()
                            .filter(peer -> !silent.contains(peer, now))
                            .toList();
        }
    }

    /** The replica as offered to a neighbour, due or not; empty if the contract is not hosted or not shareable. */
    Optional<Hosting.Replica> offer(ContractInstanceId id) {
        synchronized (table) {
            return Optional.ofNullable(table.entry(id))
                    .filter(scheduler::isShareable)
                    .map(table::offered);
        }
    }

    /**
     * Records that a partner which was asked to confirm the replica did not.
     *
     * @param isLate whether the time for its answer has passed, so that it is not waited for with other contracts either
     */
    void recordSilent(PeerId peer, ContractInstanceId id, boolean isLate) {
        synchronized (table) {
            if (isLate) {
                silent.record(peer, time.nanos());
            }
        }
        update(id, entry -> entry.confirmation().recordSilent(peer, time.nanos()));
    }

    /**
     * Records the neighbour's verdict on an offered replica and returns the next action. A missing replica is pushed
     * only to a sync partner; a follower may evict its replica.
     *
     * @param isConfirmed whether another host has confirmed the neighbour's replica
     */
    SyncAction recordVerdict(PeerId peer, Hosting.Replica offered, Hosting.Verdict verdict, boolean isConfirmed) {
        synchronized (table) {
            silent.forget(peer);
            HostedContract entry = table.entry(offered.id());
            if (entry == null) {
                return SyncAction.NONE;
            }
            entry.peerReplicas().markAnnounced(peer, time.nanos());
            entry.peerReplicas().recordConfirmed(peer, isConfirmed, time.nanos());
            SyncAction action = SyncAction.NONE;
            boolean differs = verdict == Hosting.Verdict.DIFFERS || verdict == Hosting.Verdict.MISSING;
            if (differs && entry.peerReplicas().isInBackoff(peer, time.nanos()) && !scheduler.isOutdated(entry, peer)) {
                entry.peerReplicas().recordReport(peer, time.nanos());
                return SyncAction.NONE;
            }
            switch (verdict) {
                case EQUAL -> entry.recordComparison(peer, offered.digest(), time.nanos());
                case DIFFERS -> {
                    // Not counted as a conflict: the neighbour may still be applying an update in flight.
                    entry.peerReplicas().markUnknown(peer);
                    entry.awaitMerge(peer, time.nanos());
                    action = SyncAction.RECONCILE;
                }
                case NO_ROOM -> recordRefusal(entry, peer);
                case MISSING -> {
                    if (entry.isPartner(peer)) {
                        entry.recordConflict(peer, time.nanos());
                        action = SyncAction.PUSH;
                    } else {
                        entry.forget(peer);
                    }
                }
            }
            rootIndex.update(entry);
            return action;
        }
    }

    /**
     * Records the change that leads from the neighbour's state to the local one, and schedules it as an update.
     *
     * @param isMerged whether the local state contains the neighbour's; if not, the contract refused that
     */
    void recordMissingChange(
            PeerId peer,
            ContractInstanceId id,
            StateDigest remote,
            StateDigest local,
            StateChange change,
            boolean isMerged) {
        updateNeighbour(peer, id, entry -> {
            pendingUpdates.recordMissingChange(entry, peer, remote, local, change);
            if (isMerged) {
                entry.recordMerged(peer, time.nanos());
            } else {
                entry.recordHeard(peer);
            }
            if (isMerged && entry.recordRepair(peer, time.nanos())) {
                scheduler.compareQueue().add(peer, id, false);
            } else {
                scheduler.compareQueue().remove(peer, id);
            }
        });
    }

    /** Records that the contract sees no difference between this local state and the neighbour's: they are in sync. */
    void recordEquivalent(PeerId peer, ContractInstanceId id, StateDigest local, StateDigest remote) {
        updateNeighbour(peer, id, entry -> {
            if (entry.digest().equals(local)) {
                entry.recordEquivalent(peer, remote, time.nanos());
                scheduler.compareQueue().remove(peer, id);
            } else {
                entry.peerReplicas().markUnknown(peer);
            }
        });
    }

    /** Whether reconciling the local state with this one of the neighbour's has been without effect before. */
    boolean wasUnmerged(PeerId peer, ContractInstanceId id, StateDigest remote) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            return entry != null && entry.peerReplicas().wasUnmerged(peer, entry.digest(), remote);
        }
    }

    /** Records a conflict: the replicas differ although the neighbour misses no change. */
    void recordConflict(PeerId peer, ContractInstanceId id) {
        update(id, entry -> {
            entry.recordDelivered(peer, entry.digest(), time.nanos());
            entry.recordConflict(peer, time.nanos());
        });
    }

    /**
     * Records a reconciliation after which the replicas still differ. Returns whether the two states cannot be merged,
     * which is reported once a day for each contract.
     *
     * @param refused whether the contract refused the neighbour's state
     */
    boolean recordUnmerged(PeerId peer, ContractInstanceId id, StateDigest theirs, boolean refused) {
        ContractKey reported = null;
        synchronized (table) {
            HostedContract entry = table.entry(id);
            if (entry == null || !entry.recordUnmerged(peer, theirs, refused, time.nanos())) {
                return false;
            }
            table.freshness().recordDiverged(id);
            if (entry.peerReplicas().takeDivergenceReport(time.nanos())) {
                reported = entry.key();
            }
        }
        if (reported != null) {
            log.warn(
                    "replicas diverged, the contract merges neither state with the other contract={} peer={}",
                    id,
                    peer);
            divergenceListener.accept(reported, peer);
        }
        return true;
    }

    /** Sets the listener of divergences: the contract, and the neighbour that holds the other state. Must not block. */
    public void onDiverged(BiConsumer<ContractKey, PeerId> listener) {
        divergenceListener = listener;
    }

    /**
     * Records that the neighbour merged this state.
     *
     * @param held the digest that it holds now, or null if it did not report one
     */
    void recordDelivered(PeerId peer, ContractInstanceId id, StateDigest state, @Nullable StateDigest held) {
        update(id, entry -> {
            entry.recordDelivered(peer, state, time.nanos());
            entry.peerReplicas().markAnnounced(peer, time.nanos());
            // The neighbour is now a host, and may become the upstream.
            table.reassignPartners(entry);
            if (held != null) {
                entry.recordDigest(peer, held, time.nanos());
                entry.recordHeard(peer);
            }
            rootIndex.update(entry);
            scheduler.compareQueue().remove(peer, id);
            scheduler.enqueue(entry, peer);
        });
    }

    /** Records that the neighbour holds a state that this node cannot store now; both are compared until it can. */
    void recordUnstorable(PeerId peer, ContractInstanceId id) {
        updateNeighbour(peer, id, entry -> entry.recordUnstorable(peer, time.nanos()));
    }

    /** Records that the neighbour refuses to host the contract; at the root another neighbour replaces it. */
    void recordRefusal(PeerId peer, ContractInstanceId id) {
        update(id, entry -> recordRefusal(entry, peer));
    }

    /** Queues again the contracts that still have to be compared with this neighbour. */
    void requeue(PeerId peer, Collection<ContractInstanceId> ids) {
        synchronized (table) {
            if (table.isNeighbour(peer)) {
                ids.forEach(id -> scheduler.requeue(table.entry(id), peer));
            }
        }
    }

    private Hosting.Verdict verdict(PeerId peer, Hosting.Replica remote) {
        HostedContract entry = table.entry(remote.id());
        if (entry == null) {
            return table.hasRoom(peer, remote) ? Hosting.Verdict.MISSING : Hosting.Verdict.NO_ROOM;
        }
        boolean equal = entry.isEqual(peer, remote.digest());
        if (table.isNeighbour(peer)) {
            long now = time.nanos();
            table.demandTracker().recordReport(entry, peer);
            entry.peerReplicas().recordConfirmed(peer, remote.confirmed(), now);
            entry.recordComparison(peer, remote.digest(), now);
            if (!equal) {
                entry.awaitMerge(peer, now);
            }
            rootIndex.update(entry);
        }
        return equal ? Hosting.Verdict.EQUAL : Hosting.Verdict.DIFFERS;
    }

    private void recordRefusal(HostedContract entry, PeerId peer) {
        long now = time.nanos();
        entry.recordRefusal(peer, now + refusalBackoff, now);
        table.reassignPartners(entry);
        scheduler.enqueue(entry);
    }

    /** Applies the change to the entry if the contract is hosted here. */
    void update(ContractInstanceId id, Consumer<HostedContract> change) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            if (entry != null) {
                change.accept(entry);
            }
        }
    }

    /** The same, if the peer is currently a neighbour; then schedules what is due for it. */
    void updateNeighbour(PeerId peer, ContractInstanceId id, Consumer<HostedContract> change) {
        update(id, entry -> {
            if (table.isNeighbour(peer)) {
                change.accept(entry);
                rootIndex.update(entry);
                scheduler.enqueue(entry, peer);
            }
        });
    }
}
