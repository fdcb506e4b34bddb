package dev.tributary.core.hosting;

import dev.tributary.core.hosting.replica.NeighbourLocations;
import dev.tributary.core.hosting.replica.SyncPartners;
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
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * The table of hosted contracts, without their states: enforces the budget, chooses evictions, and assigns the sync
 * partners. Its parts work under its lock: {@link CommitTracker}, {@link DemandTracker}, {@link ReplicaTracker},
 * {@link UpdateTracker} and {@link FreshnessCheck}. Methods do not block and are safe to call from any thread.
 */
public final class HostingTable {

    private final HostingConfig config;
    private final int replicaCount;
    private final TimeSource time;
    private final Scheduler timer;
    private final EvictionQueue evictions;
    private final SyncScheduler scheduler;
    private final PendingUpdates pendingUpdates;
    private final HostingBudget budget;
    private final RootIndex rootIndex;
    private final ReplicaTracker replicaTracker;
    private final UpdateTracker updateTracker;
    private final DemandTracker demandTracker;
    private final FreshnessCheck freshness;
    private final CommitTracker commitTracker;
    private final DamagedContracts damaged;
    private final Map<ContractInstanceId, HostedContract> entries = new LinkedHashMap<>();

    /** Start time of the link to each neighbour, in nanoseconds. */
    private final Map<PeerId, Long> linked = new HashMap<>();

    private NeighbourLocations locations;
    private boolean writable = true;
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
            PauseDetector pauses,
            RandomGenerator random,
            Scheduler timer) {
        this.config = config;
        this.replicaCount = replicas - 1;
        this.time = time;
        this.damaged = new DamagedContracts(time::nanos);
        this.timer = timer;
        this.evictions = new EvictionQueue(timer);
        this.scheduler = new SyncScheduler(config, isShareable, time, random, timer);
        this.pendingUpdates = new PendingUpdates(time);
        this.rootIndex = new RootIndex(replicaCount);
        this.budget = new HostingBudget(config, replicas);
        this.locations = NeighbourLocations.of(self, List.of());
        this.replicaTracker = new ReplicaTracker(this, scheduler, pendingUpdates, rootIndex, time);
        this.updateTracker = new UpdateTracker(this, replicaTracker, scheduler, pendingUpdates, rootIndex, time);
        this.demandTracker = new DemandTracker(this, budget, scheduler, time);
        this.freshness = new FreshnessCheck(this, time, pauses);
        this.commitTracker = new CommitTracker(this, scheduler, pendingUpdates, rootIndex, time);
    }

    public HostingConfig config() {
        return config;
    }

    Scheduler timer() {
        return timer;
    }

    /** Schedules updates and comparisons. */
    public SyncScheduler scheduler() {
        return scheduler;
    }

    /** Tracks the replicas of neighbours. */
    public ReplicaTracker replicaTracker() {
        return replicaTracker;
    }

    /** Tracks the updates from and for neighbours. */
    UpdateTracker updateTracker() {
        return updateTracker;
    }

    /** Tracks the demand for the contracts. */
    DemandTracker demandTracker() {
        return demandTracker;
    }

    /** Tells how sure it is that no other host holds newer states. */
    FreshnessCheck freshness() {
        return freshness;
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
        HostedContract entry = created(holding, null);
        if (demandTracker.isWanted(holding.demand())) {
            entry.localDemand().markWantedBefore();
        }
        add(entry);
        evictExcess(null);
    }

    public synchronized boolean holds(ContractInstanceId id) {
        return entries.containsKey(id);
    }

    /** Whether a tracked peer other than the origin exists, so that a change has to be broadcast. */
    boolean hasOtherPeers(ContractInstanceId id, StateOrigin origin) {
        return commitTracker.hasOtherPeers(id, origin);
    }

    /** Records a commit: see {@link CommitTracker#recordCommit}. */
    List<PeerId> recordCommit(StoreEntry holding, StateOrigin origin, boolean same, List<StateChange> changes) {
        return commitTracker.recordCommit(holding, origin, same, changes);
    }

    /** Records a received state or change that added nothing. */
    void recordUnchanged(ContractInstanceId id, Demand demand, StateOrigin origin, boolean same) {
        commitTracker.recordUnchanged(id, demand, origin, same);
    }

    /** Records that an earlier state was committed again: what peers hold has to be compared with it. */
    void recordRestored(StoreEntry holding) {
        commitTracker.recordRestored(holding);
    }

    /** The size of the contract's state, parameters and code in bytes; 0 if it is not hosted. */
    synchronized long sizeOf(ContractInstanceId id) {
        HostedContract entry = entries.get(id);
        return entry == null ? 0 : (long) entry.bytes() + entry.codeBytes();
    }

    /** After a pause of the node no replica counts as confirmed; called every few seconds. */
    public void forgetConfirmationsAfterPause() {
        freshness.forgetConfirmationsAfterPause();
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

    /** The key of the contract; empty if it is not hosted. */
    synchronized Optional<ContractKey> keyOf(ContractInstanceId id) {
        return Optional.ofNullable(entries.get(id)).map(HostedContract::key);
    }

    /** The digest of the contract's state; empty if it is not hosted. */
    synchronized Optional<StateDigest> digestOf(ContractInstanceId id) {
        return Optional.ofNullable(entries.get(id)).map(HostedContract::digest);
    }

    /** The demand for the contract; empty if it is not hosted. */
    synchronized Optional<Demand> demandOf(ContractInstanceId id) {
        return Optional.ofNullable(entries.get(id)).map(HostedContract::demand);
    }

    /** Removes a contract that was deleted from the store, or whose copy is deleted later or cannot be read. */
    synchronized void discard(ContractInstanceId id) {
        if (entries.remove(id) != null) {
            budget.remove(id);
            rootIndex.forget(id);
            pendingUpdates.forget(id);
        }
    }

    /** Records a request that the local replica answered. */
    void recordRequest(ContractInstanceId id) {
        demandTracker.recordRequest(id);
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
                        freshness.unconfirmedAnswers(),
                        freshness.diverged(),
                        budget.pinned(),
                        budget.pinnedBytes(),
                        damaged.status()));
    }

    /** The hosted contracts. Call and use the result only while holding the lock of this table. */
    Collection<HostedContract> entries() {
        return entries.values();
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
        if (entry != null && !entry.peerReplicas().isAssignedFrom(locations)) {
            reassignPartners(entry);
        }
        return entry;
    }

    /** The replica as offered to a neighbour. */
    Hosting.Replica offered(HostedContract entry) {
        return entry.held(locations.hasNoNeighbours(), time.nanos());
    }

    boolean hasNoNeighbours() {
        return locations.hasNoNeighbours();
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

    /** Evicts the contracts with the least demand until the rest fits. Hold the lock of this table. */
    void evictExcess(@Nullable ContractInstanceId spared) {
        for (Optional<ContractInstanceId> excess = budget.nextEviction(spared);
                excess.isPresent();
                excess = budget.nextEviction(spared)) {
            ContractInstanceId id = excess.get();
            HostedContract victim = Objects.requireNonNull(entries.get(id));
            scheduler.enqueueUnfollow(id, victim.peers());
            discard(id);
            evictionCount++;
            evictions.add(victim);
        }
    }

    /** A contract, not yet in this table; the sender is null if a client brought it, or if it is from before a restart. */
    HostedContract created(StoreEntry holding, @Nullable PeerId sender) {
        HostedContract entry =
                new HostedContract(holding, sender, locations, config.interval().toNanos(), time.nanos());
        entry.localDemand()
                .setSubscribed(demandTracker.isSubscribed(holding.key().id()));
        return entry;
    }

    /** Adds a contract and assigns its sync partners. Hold the lock of this table. */
    void add(HostedContract entry) {
        entries.put(entry.key().id(), entry);
        assignPartners(entry);
    }

    private void assignPartners(HostedContract entry) {
        entry.forgetBeforeLink(linked, time.nanos());
        entry.assignPartners(locations, replicaCount, time.nanos());
        entry.localDemand().limit(time.now());
        budget.add(entry);
        rootIndex.update(entry);
    }
}
