package dev.tributary.core.hosting;

import dev.tributary.core.request.WorkSignal;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * Schedules the work for neighbours: an update where the neighbour's state is known, else a comparison of the replicas.
 * Guarded by the lock of the hosting table, except for the two queues.
 */
public final class SyncScheduler {

    private final Predicate<ContractKey> isShareable;
    private final TimeSource time;
    private final WorkSignal compareSignal;
    private final WorkSignal updateSignal;
    private final CompareQueue compareQueue;
    private final UpdateQueue updateQueue;

    /**
     * Creates a scheduler with empty queues.
     *
     * @param isShareable whether states of this contract may be sent to peers
     * @param timer runs the maintenance of the hosted contracts
     */
    SyncScheduler(
            HostingConfig config,
            Predicate<ContractKey> isShareable,
            TimeSource time,
            RandomGenerator random,
            Scheduler timer) {
        this.isShareable = isShareable;
        this.time = time;
        this.compareSignal = new WorkSignal(timer);
        this.updateSignal = new WorkSignal(timer);
        this.compareQueue = new CompareQueue(time, random, compareSignal);
        this.updateQueue = new UpdateQueue(config.burst(), config.pace(), time, updateSignal);
    }

    CompareQueue compareQueue() {
        return compareQueue;
    }

    WorkSignal compareSignal() {
        return compareSignal;
    }

    public UpdateQueue updateQueue() {
        return updateQueue;
    }

    WorkSignal updateSignal() {
        return updateSignal;
    }

    /** Drops the work for neighbours that disconnected. */
    void retain(Predicate<PeerId> present) {
        compareQueue.retain(present);
        updateQueue.retain(present);
    }

    /** Whether the state may be sent to peers. */
    boolean isShareable(HostedContract entry) {
        return isShareable.test(entry.key());
    }

    /** Whether the two replicas should be compared now; quarantined contracts are checked again by the next review. */
    boolean needsComparison(HostedContract entry, PeerId peer) {
        return entry.needsComparison(peer, time.nanos()) && isShareable.test(entry.key());
    }

    /** Whether the neighbour should be sent an update. */
    boolean isOutdated(HostedContract entry, PeerId peer) {
        return entry.outdatedDigest(peer, time.nanos()) != null && isShareable.test(entry.key());
    }

    /** Schedules what is due for all tracked peers of the contract. */
    void enqueue(HostedContract entry) {
        entry.peers().forEach(peer -> enqueue(entry, peer));
    }

    /**
     * Schedules the comparisons that are due after a state or change was received from this origin, and returns the
     * peers that an update is due for.
     */
    List<PeerId> enqueueComparisons(HostedContract entry, StateOrigin origin) {
        List<PeerId> due = new ArrayList<>();
        boolean hasUpstream = !entry.syncPartners().isRoot();
        for (PeerId peer : entry.peers()) {
            if (hasUpstream && origin.isForwarded() && entry.isPartner(peer)) {
                enqueueFallback(entry, peer);
            } else {
                if (isOutdated(entry, peer)) {
                    due.add(peer);
                }
                enqueueComparison(entry, peer);
                if (origin.reason() == StateOrigin.Reason.UPDATE && needsComparison(entry, peer)) {
                    compareQueue.addUrgent(peer, entry.key().id());
                }
            }
        }
        return due;
    }

    /** Schedules an update of the contract for each of these peers. */
    void enqueueUpdates(ContractInstanceId id, List<PeerId> peers) {
        peers.forEach(peer -> updateQueue.add(peer, id));
    }

    void enqueue(HostedContract entry, PeerId peer) {
        if (isOutdated(entry, peer)) {
            updateQueue.add(peer, entry.key().id());
        }
        enqueueComparison(entry, peer);
    }

    private void enqueueComparison(HostedContract entry, PeerId peer) {
        ContractInstanceId id = entry.key().id();
        if (!needsComparison(entry, peer)) {
            return;
        }
        if (entry.isUrgent(peer, time.nanos())) {
            compareQueue.addUrgent(peer, id);
        } else if (entry.isAwaitedAndWanted(peer, time.nanos())) {
            compareQueue.addSoon(peer, id);
        } else {
            compareQueue.add(peer, id, entry.isInSync(peer));
        }
    }

    /** Queues the contract again if it still has to be compared with this neighbour. */
    void requeue(@Nullable HostedContract entry, PeerId peer) {
        if (entry != null && (needsComparison(entry, peer) || isOutdated(entry, peer))) {
            compareQueue.add(peer, entry.key().id(), entry.isInSync(peer));
        }
    }

    /** Schedules an unfollow message to the upstream. */
    void enqueueUnfollow(HostedContract entry) {
        enqueueUnfollow(entry.key().id(), entry.syncPartners().partners());
    }

    /** Schedules an unfollow message to each of these neighbours: this node no longer keeps the contract in sync. */
    void enqueueUnfollow(ContractInstanceId id, List<PeerId> peers) {
        peers.forEach(peer -> updateQueue.addUnfollow(peer, id));
    }

    /** A PUT for the upstream is already under way; a later comparison repairs it if the PUT gets lost. */
    private void enqueueFallback(HostedContract entry, PeerId peer) {
        if (needsComparison(entry, peer) || isOutdated(entry, peer)) {
            compareQueue.add(peer, entry.key().id(), false);
        }
    }
}
