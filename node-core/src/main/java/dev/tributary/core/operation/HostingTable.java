package dev.tributary.core.operation;

import dev.tributary.core.message.Hosting;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import java.util.Collection;
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
 * All that is hosted here, without the states: what fits, who goes when it does not, and which copies are due to be
 * compared with whose. Everything is quick, and safe to call from any thread.
 */
final class HostingTable {

    private final HostingConfig config;
    private final int copies;
    private final TimeSource time;
    private final Leavers leavers;
    private final Due due;
    private final News news;
    private final HostingBudget budget;
    private final Roots roots;
    private final PeerCopies peerCopies;
    private final Map<ContractInstanceId, Hosted> entries = new LinkedHashMap<>();
    private final Set<ContractInstanceId> subscribed = new HashSet<>();

    /** Since when each neighbour is one. */
    private final Map<PeerId, Long> linked = new HashMap<>();

    private Vicinity vicinity;
    private long evicted;
    private long refused;

    /**
     * A table with nothing in it.
     *
     * @param replicas how many copies there should be of what this node is the root of, its own included
     * @param mayBeSpread whether states of this code's contracts may be brought to others
     * @param timer where those wake up who look after the hosted contracts
     */
    HostingTable(
            HostingConfig config,
            int replicas,
            Predicate<CodeHash> mayBeSpread,
            PeerId self,
            TimeSource time,
            RandomGenerator random,
            Scheduler timer) {
        this.config = config;
        this.copies = replicas - 1;
        this.time = time;
        this.leavers = new Leavers(timer);
        this.due = new Due(config, mayBeSpread, time, random, timer);
        this.news = new News(time);
        this.roots = new Roots(copies);
        this.budget = new HostingBudget(config, replicas);
        this.vicinity = Vicinity.of(self, List.of());
        this.peerCopies = new PeerCopies(this, due, news, roots, time);
    }

    HostingConfig config() {
        return config;
    }

    /** What neighbours are due. */
    Due due() {
        return due;
    }

    /** What neighbours hold of it. */
    PeerCopies peerCopies() {
        return peerCopies;
    }

    /** What was given up and has to be removed from the store. */
    Leavers leavers() {
        return leavers;
    }

    /** Takes in what the store holds from before a restart: stale until it is compared. */
    synchronized void restore(Holding holding) {
        Hosted entry = new Hosted(holding, vicinity, config.interval().toNanos(), time.nanos());
        entries.put(holding.key().id(), entry);
        place(entry);
        trim(null);
    }

    synchronized boolean holds(ContractInstanceId id) {
        return entries.containsKey(id);
    }

    /** Whether the copy takes part in keeping in step, so that nobody else needs to be asked. */
    synchronized boolean fresh(ContractInstanceId id) {
        Hosted entry = entries.get(id);
        return entry != null && entry.fresh(vicinity.alone(), time.nanos());
    }

    /** The demand for the contract once this is brought. */
    synchronized Demand demand(ContractInstanceId id, Bringer bringer) {
        Hosted entry = entries.get(id);
        boolean asked = bringer.isDemand();
        Demand demand;
        if (entry == null) {
            demand = asked ? Demand.once(time.now()) : Demand.none(time.now());
        } else {
            demand = asked ? entry.demand().again(time.now()) : entry.demand();
        }
        return bringer.isClient() ? demand.putByClient() : demand;
    }

    /** Throws if there is no room for it. */
    synchronized void requireRoom(Holding wanted, Bringer bringer) {
        Hosted entry = entries.get(wanted.key().id());
        Duty duty = entry == null
                ? vicinity.duty(wanted.key().location(), copies, peer -> false, peer -> false)
                : entry.duty();
        try {
            budget.requireRoom(wanted, duty, bringer);
        } catch (RuntimeException noRoom) {
            refused++;
            throw noRoom;
        }
    }

    /** Whether anybody but the bringer keeps in step with the copy, so that there is somebody to tell of a change. */
    synchronized boolean isShared(ContractInstanceId id, Bringer bringer) {
        Hosted entry = entries.get(id);
        return entry != null && entry.peers().stream().anyMatch(peer -> !peer.equals(bringer.neighbour()));
    }

    /**
     * The store has committed this. Those who keep in step with it are due to hear of it, except the bringer if it holds
     * the same, and what is too much now has to leave.
     *
     * @param same whether the bringer holds exactly this
     * @param changes what made it of the state before, if there was one
     */
    synchronized void committed(Holding holding, Bringer bringer, boolean same, List<StateChange> changes) {
        ContractInstanceId id = holding.key().id();
        long now = time.nanos();
        Hosted entry = entries.get(id);
        StateDigest before = entry == null ? null : entry.digest();
        leavers.remove(id);
        if (entry == null) {
            entry = new Hosted(holding, vicinity, config.interval().toNanos(), now);
            entry.subscribed(subscribed.contains(id));
            entries.put(id, entry);
            place(entry);
            if (!bringer.isFetch() && entry.duty().root()) {
                entry.prove(now);
            }
        } else {
            news.changed(entry, holding.digest(), changes);
            budget.remove(id);
            entry.changed(holding);
            place(entry);
        }
        if (bringer.isDemand()) {
            entry.wanted(holding.demand(), now);
        }
        brought(entry, bringer, same, before);
        trim(bringer.isClient() ? id : null);
    }

    /** Somebody brought what adds nothing to the state. */
    synchronized void unchanged(ContractInstanceId id, Demand demand, Bringer bringer, boolean same) {
        Hosted entry = entries.get(id);
        if (entry != null) {
            if (bringer.isDemand()) {
                wanted(entry, demand);
            }
            brought(entry, bringer, same, entry.digest());
        }
    }

    /** Somebody asked for it and got it from here. */
    synchronized void wanted(ContractInstanceId id) {
        Hosted entry = entries.get(id);
        if (entry != null) {
            wanted(entry, entry.demand().again(time.now()));
        }
    }

    /**
     * Whether clients of this node listen to the contract from now on, held or not. While they do it is kept in step,
     * at once, and is not given up; after that the upstream is told that it need not tell of changes any more.
     */
    synchronized void subscribed(ContractInstanceId id, boolean now) {
        boolean changed = now ? subscribed.add(id) : subscribed.remove(id);
        Hosted entry = entries.get(id);
        if (!changed || entry == null) {
            return;
        }
        budget.remove(id);
        entry.subscribed(now);
        budget.add(entry);
        if (now) {
            due.enqueue(entry);
        } else {
            release(entry);
        }
    }

    /** From now on these are the neighbours; the contracts are reviewed a few at a time. */
    synchronized void neighbours(Vicinity now) {
        linked.keySet().removeIf(peer -> !now.contains(peer));
        now.peers().forEach(peer -> linked.putIfAbsent(peer, time.nanos()));
        vicinity = now;
        due.retain(now::contains);
    }

    /** All that is hosted at this moment. */
    synchronized List<ContractInstanceId> ids() {
        return List.copyOf(entries.keySet());
    }

    /** Finds out anew whom these are kept in step with, and enqueues what is due. */
    synchronized void review(Collection<ContractInstanceId> ids) {
        for (ContractInstanceId id : ids) {
            Hosted entry = entries.get(id);
            if (entry != null) {
                replace(entry);
                due.enqueue(entry);
            }
        }
    }

    synchronized HostingStatus status() {
        return new HostingStatus(
                entries.size(), budget.bytes(), config.bytes(), roots.count(), roots.lacking(), evicted, refused);
    }

    /** What is hosted under this id, or null; to be used under the lock of this table only. */
    @Nullable
    Hosted entry(ContractInstanceId id) {
        return entries.get(id);
    }

    boolean isNeighbour(PeerId peer) {
        return vicinity.contains(peer);
    }

    /** Whether what somebody offers and is not held here would be taken. */
    boolean hasRoom(Hosting.Held offered) {
        Duty duty = vicinity.duty(offered.id().location(), copies, peer -> false, peer -> false);
        return budget.hasRoom(offered, Demand.none(time.now()), duty);
    }

    /** Finds out anew whom the copy is kept in step with. */
    void replace(Hosted entry) {
        budget.remove(entry.key().id());
        place(entry);
    }

    /** If nobody uses the copy any more, the upstream hears of it. */
    void release(Hosted entry) {
        if (!entry.subscribed() && !entry.duty().root() && !entry.isFollowed(time.nanos())) {
            entry.released();
            due.leave(entry);
        }
    }

    private void brought(Hosted entry, Bringer bringer, boolean same, @Nullable StateDigest before) {
        PeerId neighbour = bringer.neighbour();
        Claim claim = bringer.claim();
        boolean stale = bringer.reason() == Bringer.Reason.FETCH_STALE;
        if (neighbour != null && vicinity.contains(neighbour) && !stale) {
            if (claim != null && before != null) {
                news.settle(entry, neighbour, claim, before);
            } else {
                entry.heard(neighbour, same ? entry.digest() : null, time.nanos());
            }
        }
        if (bringer.reason() == Bringer.Reason.FETCH) {
            entry.prove(time.nanos());
        }
        roots.mark(entry);
        due.enqueue(entry, bringer);
    }

    /** Gives up the least wanted until the rest fits. */
    private void trim(@Nullable ContractInstanceId spared) {
        for (Optional<ContractInstanceId> excess = budget.excess(spared);
                excess.isPresent();
                excess = budget.excess(spared)) {
            ContractInstanceId id = excess.get();
            Hosted victim = Objects.requireNonNull(entries.remove(id));
            budget.remove(id);
            roots.forget(id);
            news.forget(id);
            evicted++;
            leavers.add(victim);
        }
    }

    private void place(Hosted entry) {
        entry.forgetEarlier(linked, time.nanos());
        entry.place(vicinity, copies, time.nanos());
        budget.add(entry);
        roots.mark(entry);
    }

    private void wanted(Hosted entry, Demand demand) {
        budget.remove(entry.key().id());
        entry.wanted(demand, time.nanos());
        budget.add(entry);
    }
}
