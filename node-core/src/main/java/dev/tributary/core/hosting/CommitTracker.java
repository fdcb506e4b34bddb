package dev.tributary.core.hosting;

import dev.tributary.core.hosting.replica.DigestPair;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records in the hosting table what is committed to the store, and finds the peers that an update or a comparison is
 * due for. Uses the lock of the table. Methods do not block; safe to call from any thread.
 */
final class CommitTracker {

    private final HostingTable table;
    private final SyncScheduler scheduler;
    private final PendingUpdates pendingUpdates;
    private final RootIndex rootIndex;
    private final TimeSource time;

    CommitTracker(
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
    }

    /** Whether a tracked peer other than the origin exists, so that a change has to be broadcast. */
    boolean hasOtherPeers(ContractInstanceId id, StateOrigin origin) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            return entry != null && entry.peers().stream().anyMatch(peer -> !peer.equals(origin.neighbour()));
        }
    }

    /**
     * Records a commit, and evicts contracts that no longer fit. Returns the peers that an update is due for: the
     * tracked ones, except for the origin if it holds the same state. The caller sends or schedules these updates.
     *
     * @param same whether the origin holds exactly this state
     * @param changes the changes from the previous state to this one, if there was a previous state
     */
    List<PeerId> recordCommit(StoreEntry holding, StateOrigin origin, boolean same, List<StateChange> changes) {
        synchronized (table) {
            ContractInstanceId id = holding.key().id();
            long now = time.nanos();
            HostedContract entry = table.entry(id);
            StateDigest before = entry == null ? null : entry.digest();
            table.evictions().remove(id);
            table.damaged().remove(id);
            if (entry == null) {
                entry = table.created(holding, origin.sender());
                table.add(entry);
                if (!origin.isFetch() && entry.syncPartners().isRoot()) {
                    entry.confirmation().markVerified(now);
                }
            } else {
                pendingUpdates.recordChange(entry, holding.digest(), changes);
                entry.recordCommit(holding);
                table.reassignPartners(entry);
            }
            if (origin.isDemand()) {
                entry.localDemand().recordRequest(holding.demand(), now);
            }
            List<PeerId> due = afterIncoming(entry, origin, same, before);
            table.evictExcess(origin.isClient() ? id : null);
            return due;
        }
    }

    /** Records a received state or change that added nothing. */
    void recordUnchanged(ContractInstanceId id, Demand demand, StateOrigin origin, boolean same) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            if (entry != null) {
                if (origin.isDemand()) {
                    table.demandTracker().recordRequest(entry, demand);
                }
                scheduler.enqueueUpdates(id, afterIncoming(entry, origin, same, entry.digest()));
            }
        }
    }

    /** Records that an earlier state was committed again: what peers hold has to be compared with it. */
    void recordRestored(StoreEntry holding) {
        synchronized (table) {
            ContractInstanceId id = holding.key().id();
            HostedContract entry = table.entry(id);
            if (entry != null) {
                pendingUpdates.forget(id);
                entry.recordCommit(holding);
                entry.peers().forEach(entry.peerReplicas()::markUnknown);
                entry.forgetConfirmations(time.nanos());
                table.reassignPartners(entry);
                scheduler.enqueue(entry);
            }
        }
    }

    private List<PeerId> afterIncoming(
            HostedContract entry, StateOrigin origin, boolean same, @Nullable StateDigest before) {
        PeerId neighbour = origin.neighbour();
        DigestPair digests = origin.digests();
        boolean isStale = origin.reason() == StateOrigin.Reason.FETCH_STALE;
        if (neighbour != null && table.isNeighbour(neighbour) && !isStale) {
            if (digests != null && before != null) {
                pendingUpdates.recordRemoteChange(entry, neighbour, digests, before);
            } else {
                entry.recordDigest(neighbour, same ? entry.digest() : null, time.nanos());
            }
            entry.recordHeard(neighbour);
        }
        if (origin.reason() == StateOrigin.Reason.FETCH) {
            entry.confirmation().markVerified(time.nanos());
        }
        rootIndex.update(entry);
        return scheduler.enqueueComparisons(entry, origin);
    }
}
