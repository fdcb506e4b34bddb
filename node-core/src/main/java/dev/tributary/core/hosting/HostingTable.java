package dev.tributary.core.hosting;

import dev.tributary.core.error.ContractDamagedException;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.request.PauseDetector;
import dev.tributary.core.storage.DamagedContracts;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.storage.StoreSpace;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * The table of hosted contracts, without their states: enforces the budget, chooses evictions, and schedules updates
 * and comparisons with peers. Methods do not block and are safe to call from any thread.
 */
public final class HostingTable {

    /** How sure it is that no other host holds a newer state. */
    public enum Freshness {
        /** Another host has confirmed the replica since this node started, and no partner may hold another state. */
        CONFIRMED,
        /** It was confirmed, but a partner that came later, or that holds another state, has to be heard. */
        PARTNER_AWAITED,
        /** No other host has confirmed it. */
        UNCONFIRMED,
        /** Asking does not help now: there is no neighbour, no partner answered, or their states cannot be merged. */
        UNCONFIRMABLE
    }

    /** Age up to which a request before a restart counts as demand, for the order of the first comparisons. */
    private static final Duration WANTED_FOR = Duration.ofDays(7);

    private final HostingConfig config;
    private final int replicaCount;
    private final TimeSource time;
    private final EvictionQueue evictions;
    private final SyncScheduler scheduler;
    private final PendingUpdates pendingUpdates;
    private final HostingBudget budget;
    private final RootIndex rootIndex;
    private final ReplicaTracker replicaTracker;
    private final DamagedContracts damaged;
    private final Map<ContractInstanceId, HostedContract> entries = new LinkedHashMap<>();
    private final Set<ContractInstanceId> subscribedIds = new HashSet<>();

    /** Start time of the link to each neighbour, in nanoseconds. */
    private final Map<PeerId, Long> linked = new HashMap<>();

    private NeighbourLocations locations;
    private boolean writable = true;
    private final PauseDetector pauses;
    private final Set<ContractInstanceId> divergedIds = new HashSet<>();
    private long unconfirmedAnswers;
    private long evictionCount;
    private long refusals;

    /**
     * Creates an empty table.
     *
     * @param replicas target number of replicas of a contract whose root is this node, its own included
     * @param isShareable whether states of this contract may be sent to peers
     * @param timer runs the maintenance of the hosted contracts
     */
    public HostingTable(
            HostingConfig config,
            int replicas,
            Predicate<ContractKey> isShareable,
            PeerId self,
            TimeSource time,
            RandomGenerator random,
            Scheduler timer) {
        this.config = config;
        this.replicaCount = replicas - 1;
        this.time = time;
        this.damaged = new DamagedContracts(time::nanos);
        this.evictions = new EvictionQueue(timer);
        this.scheduler = new SyncScheduler(config, isShareable, time, random, timer);
        this.pendingUpdates = new PendingUpdates(time);
        this.rootIndex = new RootIndex(replicaCount);
        this.budget = new HostingBudget(config, replicas);
        this.locations = NeighbourLocations.of(self, List.of());
        this.pauses = new PauseDetector(time);
        this.replicaTracker = new ReplicaTracker(this, scheduler, pendingUpdates, rootIndex, time);
    }

    public HostingConfig config() {
        return config;
    }

    /** Schedules updates and comparisons. */
    public SyncScheduler scheduler() {
        return scheduler;
    }

    /** Tracks the replicas of neighbours. */
    public ReplicaTracker replicaTracker() {
        return replicaTracker;
    }

    /** The contracts whose copy cannot be read: they are not in this table. */
    public DamagedContracts damaged() {
        return damaged;
    }

    /** The evicted contracts that have to be deleted from the store. */
    EvictionQueue evictions() {
        return evictions;
    }

    /** Adds a contract that the store holds from before a restart. It is stale until it is compared. */
    synchronized void restore(StoreEntry holding) {
        HostedContract entry =
                new HostedContract(holding, locations, config.interval().toNanos(), time.nanos());
        if (isWanted(holding.demand())) {
            entry.markWantedBefore();
        }
        entries.put(holding.key().id(), entry);
        assignPartners(entry);
        evictExcess(null);
    }

    /** Adds a contract whose damaged copy can be read again, unless it was replaced meanwhile. */
    synchronized void readopt(StoreEntry holding) {
        ContractInstanceId id = holding.key().id();
        if (damaged.contains(id) && !entries.containsKey(id)) {
            restore(holding);
            damaged.remove(id);
        }
    }

    /**
     * Takes a contract whose copy cannot be read out of this table, unless it has another state by now: then the failure
     * is that of an earlier copy.
     *
     * @param read the digest that the table had when the read began, or null if it did not hold the contract
     */
    synchronized void markDamaged(ContractDamagedException failure, @Nullable StateDigest read) {
        HostedContract entry = entries.get(failure.id());
        if (entry != null && !entry.digest().equals(read)) {
            return;
        }
        Demand demand = entry == null ? null : entry.demand();
        if (entry != null) {
            remove(entry);
        }
        damaged.add(failure, demand);
    }

    public synchronized boolean holds(ContractInstanceId id) {
        return entries.containsKey(id);
    }

    /** The size of the contract's state, parameters and code in bytes; 0 if it is not hosted. */
    synchronized long sizeOf(ContractInstanceId id) {
        HostedContract entry = entries.get(id);
        return entry == null ? 0 : (long) entry.bytes() + entry.codeBytes();
    }

    private boolean isWanted(Demand demand) {
        boolean isRecent = demand.lastRequested().plus(WANTED_FOR).isAfter(time.now());
        return demand.isPinned() || demand.isClientPut() || (demand.wasRequested() && isRecent);
    }

    /** Whether the replica can answer requests without asking another peer. */
    synchronized boolean isFresh(ContractInstanceId id) {
        return freshness(id) == Freshness.CONFIRMED;
    }

    /** How sure it is that no other host holds a newer state of this contract. */
    synchronized Freshness freshness(ContractInstanceId id) {
        forgetConfirmationsIf(pauses.hasPaused());
        HostedContract entry = currentEntry(id);
        if (entry == null || locations.hasNoNeighbours()) {
            return Freshness.UNCONFIRMABLE;
        } else if (isConfirmed(entry)) {
            return Freshness.CONFIRMED;
        } else if (entry.isDivergedFromPartner()) {
            return Freshness.UNCONFIRMABLE;
        } else if (!entry.isConfirmedExceptByNewPartners()) {
            return Freshness.UNCONFIRMED;
        }
        return entry.partnersToConfirm(time.nanos()).isEmpty() ? Freshness.UNCONFIRMABLE : Freshness.PARTNER_AWAITED;
    }

    /** Notes that the node runs, every few seconds: after a pause no replica counts as confirmed. */
    public synchronized void tick() {
        forgetConfirmationsIf(pauses.tick());
    }

    private void forgetConfirmationsIf(boolean hasPaused) {
        if (hasPaused) {
            long now = time.nanos();
            entries.values().forEach(entry -> entry.forgetConfirmations(now));
        }
    }

    /** Counts an answer to a client that no other host has confirmed. */
    synchronized void recordUnconfirmedAnswer() {
        unconfirmedAnswers++;
    }

    /** The demand for the contract after a state from this origin. */
    synchronized Demand demandAfter(ContractInstanceId id, StateOrigin origin) {
        HostedContract entry = entries.get(id);
        boolean isDemand = origin.isDemand();
        Optional<Demand> known = entry == null ? damaged.demand(id) : Optional.of(entry.demand());
        Demand demand = known.map(before -> isDemand ? before.afterRequest(time.now()) : before)
                .orElseGet(() -> isDemand ? Demand.firstRequest(time.now()) : Demand.unrequested(time.now()));
        return origin.isClient() ? demand.afterClientPut() : demand;
    }

    /** Throws if the budget has no room for the contract. */
    synchronized void requireRoom(StoreEntry incoming, StateOrigin origin) {
        HostedContract entry = entries.get(incoming.key().id());
        SyncPartners partners = entry == null
                ? locations.syncPartners(incoming.key().location(), replicaCount, peer -> false, peer -> false)
                : entry.syncPartners();
        try {
            budget.requireRoom(incoming, partners, origin);
        } catch (RuntimeException noRoom) {
            refusals++;
            throw noRoom;
        }
    }

    /** The digest of the contract's state; empty if it is not hosted. */
    synchronized Optional<StateDigest> digestOf(ContractInstanceId id) {
        return Optional.ofNullable(entries.get(id)).map(HostedContract::digest);
    }

    /** The demand for the contract; empty if it is not hosted. */
    synchronized Optional<Demand> demandOf(ContractInstanceId id) {
        return Optional.ofNullable(entries.get(id)).map(HostedContract::demand);
    }

    /** Records that an earlier state was committed again: what peers hold has to be compared with it. */
    synchronized void recordRestored(StoreEntry holding) {
        ContractInstanceId id = holding.key().id();
        HostedContract entry = entries.get(id);
        if (entry != null) {
            pendingUpdates.forget(id);
            budget.remove(id);
            entry.recordCommit(holding);
            entry.peers().forEach(entry::markUnknown);
            entry.forgetConfirmations(time.nanos());
            assignPartners(entry);
            scheduler.enqueue(entry);
        }
    }

    /** Removes a contract that was deleted from the store. */
    synchronized void discard(ContractInstanceId id) {
        if (entries.remove(id) != null) {
            forget(id);
        }
    }

    private void forget(ContractInstanceId id) {
        budget.remove(id);
        rootIndex.forget(id);
        pendingUpdates.forget(id);
    }

    /** Whether a tracked peer other than the origin exists, so that a change has to be broadcast. */
    synchronized boolean hasOtherPeers(ContractInstanceId id, StateOrigin origin) {
        HostedContract entry = entries.get(id);
        return entry != null && entry.peers().stream().anyMatch(peer -> !peer.equals(origin.neighbour()));
    }

    /**
     * Records a commit, and evicts contracts that no longer fit. Returns the peers that an update is due for: the
     * tracked ones, except for the origin if it holds the same state. The caller sends or schedules these updates.
     *
     * @param same whether the origin holds exactly this state
     * @param changes the changes from the previous state to this one, if there was a previous state
     */
    synchronized List<PeerId> recordCommit(
            StoreEntry holding, StateOrigin origin, boolean same, List<StateChange> changes) {
        ContractInstanceId id = holding.key().id();
        long now = time.nanos();
        HostedContract entry = entries.get(id);
        StateDigest before = entry == null ? null : entry.digest();
        evictions.remove(id);
        damaged.remove(id);
        if (entry == null) {
            entry = new HostedContract(
                    holding, origin.sender(), locations, config.interval().toNanos(), now);
            entry.subscribed(subscribedIds.contains(id));
            entries.put(id, entry);
            assignPartners(entry);
            if (!origin.isFetch() && entry.syncPartners().isRoot()) {
                entry.markVerified(now);
            }
        } else {
            pendingUpdates.recordChange(entry, holding.digest(), changes);
            budget.remove(id);
            entry.recordCommit(holding);
            assignPartners(entry);
        }
        if (origin.isDemand()) {
            entry.recordRequest(holding.demand(), now);
        }
        List<PeerId> due = afterIncoming(entry, origin, same, before);
        evictExcess(origin.isClient() ? id : null);
        return due;
    }

    /** Records a received state or change that added nothing. */
    synchronized void recordUnchanged(ContractInstanceId id, Demand demand, StateOrigin origin, boolean same) {
        HostedContract entry = entries.get(id);
        if (entry != null) {
            if (origin.isDemand()) {
                recordRequest(entry, demand);
            }
            scheduler.enqueueUpdates(id, afterIncoming(entry, origin, same, entry.digest()));
        }
    }

    /** Records a request that the local replica answered. */
    synchronized void recordRequest(ContractInstanceId id) {
        HostedContract entry = entries.get(id);
        if (entry != null) {
            recordRequest(entry, entry.demand().afterRequest(time.now()));
        }
    }

    /**
     * Records whether clients of this node subscribe to the contract, hosted or not. A subscribed contract is compared
     * at once, kept in sync and never evicted; after the last subscriber the upstream is sent an unfollow message.
     */
    synchronized void setSubscribed(ContractInstanceId id, boolean isSubscribed) {
        boolean isChanged = isSubscribed ? subscribedIds.add(id) : subscribedIds.remove(id);
        HostedContract entry = entries.get(id);
        if (!isChanged || entry == null) {
            return;
        }
        budget.remove(id);
        entry.subscribed(isSubscribed);
        budget.add(entry);
        if (isSubscribed) {
            scheduler.enqueue(entry);
        } else {
            releaseIfUnused(entry);
        }
    }

    /** Records that a client of this node pinned or unpinned the contract; it is evicted if it does not fit unpinned. */
    synchronized void recordPin(ContractInstanceId id, boolean pinned) {
        HostedContract entry = entries.get(id);
        if (entry != null) {
            budget.remove(id);
            entry.recordPin(pinned);
            budget.add(entry);
            scheduler.enqueue(entry);
            evictExcess(null);
        }
    }

    /** Replaces the neighbours. The sync partners of the contracts are updated later, by {@link #review}. */
    synchronized void setNeighbours(NeighbourLocations current) {
        linked.keySet().removeIf(peer -> !current.contains(peer));
        current.peers().forEach(peer -> linked.putIfAbsent(peer, time.nanos()));
        locations = current;
        scheduler.retain(current::contains);
    }

    /** The hosted contracts at this moment. */
    synchronized List<ContractInstanceId> ids() {
        return List.copyOf(entries.keySet());
    }

    /** Recomputes the sync partners of these contracts, and enqueues the updates and comparisons that are due. */
    public synchronized void review(Collection<ContractInstanceId> ids) {
        for (ContractInstanceId id : ids) {
            HostedContract entry = entries.get(id);
            if (entry != null) {
                reassignPartners(entry);
                scheduler.enqueue(entry);
            }
        }
    }

    /** The keys of the hosted contracts at this moment; those with the same code stand together. */
    public synchronized List<ContractKey> keysByCode() {
        return entries.values().stream()
                .map(HostedContract::key)
                .sorted(Comparator.comparing(
                        (ContractKey key) -> key.code().bytes().toBuffer()))
                .toList();
    }

    /** Fits the budget to the disk, and evicts contracts that no longer fit. */
    public synchronized void setDisk(StoreSpace space, boolean isWritable) {
        writable = isWritable;
        budget.fitTo(space, evictions.bytes());
        evictExcess(null);
    }

    /** Records whether the store takes commits; otherwise replicas that peers offer are declined. */
    public synchronized void setWritable(boolean isWritable) {
        writable = isWritable;
    }

    synchronized HostingStatus status() {
        return new HostingStatus(
                entries.size(),
                budget.bytes(),
                budget.limit(),
                rootIndex.count(),
                rootIndex.underReplicated(),
                evictionCount,
                refusals,
                new HostingStatus.Copies(
                        unconfirmedAnswers, diverged(), budget.pinned(), budget.pinnedBytes(), damaged.status()));
    }

    /** Records that a peer holds a state which cannot be merged. Hold the lock of this table. */
    void recordDiverged(ContractInstanceId id) {
        divergedIds.add(id);
    }

    private int diverged() {
        divergedIds.removeIf(id -> {
            HostedContract entry = entries.get(id);
            return entry == null || !entry.isDiverged();
        });
        return divergedIds.size();
    }

    /** The hosted contract, or null. Call and use the result only while holding the lock of this table. */
    @Nullable
    HostedContract entry(ContractInstanceId id) {
        return entries.get(id);
    }

    /** The hosted contract with the partners among the present neighbours, or null. Hold the lock of this table. */
    @Nullable
    HostedContract currentEntry(ContractInstanceId id) {
        HostedContract entry = entries.get(id);
        if (entry != null && !entry.isAssignedFrom(locations)) {
            reassignPartners(entry);
        }
        return entry;
    }

    /** Whether this node holds a replica that no other host has confirmed. Hold the lock of this table. */
    boolean isUnconfirmed(ContractInstanceId id) {
        HostedContract entry = currentEntry(id);
        return entry != null && !isConfirmed(entry);
    }

    private boolean isConfirmed(HostedContract entry) {
        return entry.isFresh(locations.hasNoNeighbours(), time.nanos());
    }

    /** The replica as offered to a neighbour. */
    Hosting.Replica offered(HostedContract entry) {
        return entry.held(locations.hasNoNeighbours(), time.nanos());
    }

    boolean isNeighbour(PeerId peer) {
        return locations.contains(peer);
    }

    /** Whether the budget has room for a replica that a peer offers and this node does not hold. */
    boolean hasRoom(PeerId sender, Hosting.Replica offered) {
        SyncPartners partners =
                locations.syncPartners(offered.id().location(), replicaCount, peer -> false, peer -> false);
        return writable && budget.hasRoom(sender, offered, Demand.unrequested(time.now()), partners);
    }

    /** Recomputes the sync partners of the contract. */
    void reassignPartners(HostedContract entry) {
        budget.remove(entry.key().id());
        assignPartners(entry);
    }

    /** Marks the replica unused and unfollows the upstream, if no subscriber, follower or root role needs it. */
    void releaseIfUnused(HostedContract entry) {
        if (!entry.subscribed()
                && !entry.demand().isPinned()
                && !entry.syncPartners().isRoot()
                && !entry.hasFollowers(time.nanos())) {
            entry.markUnused();
            scheduler.enqueueUnfollow(entry);
        }
    }

    private List<PeerId> afterIncoming(
            HostedContract entry, StateOrigin origin, boolean same, @Nullable StateDigest before) {
        PeerId neighbour = origin.neighbour();
        DigestPair digests = origin.digests();
        boolean isStale = origin.reason() == StateOrigin.Reason.FETCH_STALE;
        if (neighbour != null && locations.contains(neighbour) && !isStale) {
            if (digests != null && before != null) {
                pendingUpdates.recordRemoteChange(entry, neighbour, digests, before);
            } else {
                entry.recordDigest(neighbour, same ? entry.digest() : null, time.nanos());
            }
            entry.recordHeard(neighbour);
        }
        if (origin.reason() == StateOrigin.Reason.FETCH) {
            entry.markVerified(time.nanos());
        }
        rootIndex.update(entry);
        return scheduler.enqueueComparisons(entry, origin);
    }

    /** Evicts the contracts with the least demand until the rest fits. */
    private void evictExcess(@Nullable ContractInstanceId spared) {
        for (Optional<ContractInstanceId> excess = budget.nextEviction(spared);
                excess.isPresent();
                excess = budget.nextEviction(spared)) {
            ContractInstanceId id = excess.get();
            HostedContract victim = Objects.requireNonNull(entries.get(id));
            remove(victim);
            evictionCount++;
            evictions.add(victim);
        }
    }

    private void remove(HostedContract entry) {
        ContractInstanceId id = entry.key().id();
        entries.remove(id);
        forget(id);
    }

    private void assignPartners(HostedContract entry) {
        entry.forgetBeforeLink(linked, time.nanos());
        entry.assignPartners(locations, replicaCount, time.nanos());
        entry.limitDemand(time.now());
        budget.add(entry);
        rootIndex.update(entry);
    }

    private void recordRequest(HostedContract entry, Demand demand) {
        budget.remove(entry.key().id());
        entry.recordRequest(demand, time.nanos());
        budget.add(entry);
    }
}
