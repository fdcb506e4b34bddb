package dev.tributary.core.hosting;

import dev.tributary.core.storage.Demand;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tracks the demand for the contracts hosted here: requests, and the subscriptions and pins of this node's clients.
 * Uses the lock of the hosting table. Methods do not block; safe to call from any thread.
 */
final class DemandTracker {

    /** Age up to which a request before a restart counts as demand, for the order of the first comparisons. */
    private static final Duration WANTED_FOR = Duration.ofDays(7);

    private final HostingTable table;
    private final HostingBudget budget;
    private final SyncScheduler scheduler;
    private final TimeSource time;
    private final Set<ContractInstanceId> subscribedIds = new HashSet<>();

    DemandTracker(HostingTable table, HostingBudget budget, SyncScheduler scheduler, TimeSource time) {
        this.table = table;
        this.budget = budget;
        this.scheduler = scheduler;
        this.time = time;
    }

    /** Whether a contract with this demand from before a restart is compared first. */
    boolean isWanted(Demand demand) {
        boolean isRecent = demand.lastRequested().plus(WANTED_FOR).isAfter(time.now());
        return demand.isPinned() || demand.isClientPut() || (demand.wasRequested() && isRecent);
    }

    /** The demand for the contract after a state from this origin. */
    Demand demandAfter(ContractInstanceId id, StateOrigin origin) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            boolean isDemand = origin.isDemand();
            Optional<Demand> known = entry == null ? table.damaged().demand(id) : Optional.of(entry.demand());
            Demand demand = known.map(before -> isDemand ? before.afterRequest(time.now()) : before)
                    .orElseGet(() -> isDemand ? Demand.firstRequest(time.now()) : Demand.unrequested(time.now()));
            return origin.isClient() ? demand.afterClientPut() : demand;
        }
    }

    /** Records a request that the local replica answered. */
    void recordRequest(ContractInstanceId id) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            if (entry != null) {
                recordRequest(entry, entry.demand().afterRequest(time.now()));
            }
        }
    }

    /** Whether the demand has risen so much since it was stored that it should be stored again; true once. */
    boolean takeOutdated(ContractInstanceId id) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            return entry != null && entry.localDemand().takeOutdated();
        }
    }

    /** Records a request, after which this is the demand. Hold the lock of the table. */
    void recordRequest(HostedContract entry, Demand demand) {
        change(entry, requested -> requested.localDemand().recordRequest(demand, time.nanos()));
    }

    /**
     * Counts the report of a follower as a request, if it follows not only since now: its users' updates come through
     * this node. Hold the lock of the table.
     */
    void recordReport(HostedContract entry, PeerId peer) {
        if (entry.peerReplicas().isNextReportOfFollower(peer, time.nanos())) {
            Demand demand = entry.demand().afterRequest(time.now());
            change(entry, followed -> followed.localDemand().recordFollowerDemand(demand));
        }
    }

    /** Whether clients of this node subscribe to the contract, hosted or not. Hold the lock of the table. */
    boolean isSubscribed(ContractInstanceId id) {
        return subscribedIds.contains(id);
    }

    /**
     * Records whether clients of this node subscribe to the contract, hosted or not. A subscribed contract is compared
     * at once, kept in sync and never evicted; after the last subscriber the upstream is sent an unfollow message.
     */
    void setSubscribed(ContractInstanceId id, boolean isSubscribed) {
        synchronized (table) {
            boolean isChanged = isSubscribed ? subscribedIds.add(id) : subscribedIds.remove(id);
            HostedContract entry = table.entry(id);
            if (!isChanged || entry == null) {
                return;
            }
            change(entry, contract -> contract.localDemand().setSubscribed(isSubscribed));
            if (isSubscribed) {
                scheduler.enqueue(entry);
            } else {
                releaseIfUnused(entry);
            }
        }
    }

    /** Records that a client of this node pinned or unpinned the contract; it is evicted if it does not fit unpinned. */
    void recordPin(ContractInstanceId id, boolean pinned) {
        synchronized (table) {
            HostedContract entry = table.entry(id);
            if (entry != null) {
                change(entry, contract -> contract.localDemand().recordPin(pinned));
                scheduler.enqueue(entry);
                table.evictExcess(null);
            }
        }
    }

    /**
     * Marks the replica unused and unfollows the upstream, if no subscriber, follower or root role needs it. Hold the
     * lock of the table.
     */
    void releaseIfUnused(HostedContract entry) {
        if (!entry.localDemand().isSubscribed()
                && !entry.demand().isPinned()
                && !entry.syncPartners().isRoot()
                && !entry.peerReplicas().hasFollowers(time.nanos())) {
            entry.markUnused();
            scheduler.enqueueUnfollow(entry);
        }
    }

    /** Changes the demand for the contract, by which the budget ranks it. */
    private void change(HostedContract entry, Consumer<HostedContract> change) {
        budget.remove(entry.key().id());
        change.accept(entry);
        budget.add(entry);
    }
}
