package dev.tributary.core.operation;

import dev.tributary.core.message.Hosting;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import java.util.ArrayList;
import java.util.Collection;
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

    /** How many intervals a neighbour that refused a contract is left alone with it. */
    private static final int REFUSED_INTERVALS = 10;

    private final HostingConfig config;
    private final int copies;
    private final Predicate<CodeHash> mayBeSpread;
    private final TimeSource time;
    private final Wake stepDue;
    private final Leavers leavers;
    private final StepQueue steps;
    private final HostingBudget budget;
    private final Map<ContractInstanceId, Hosted> entries = new LinkedHashMap<>();
    private final Set<ContractInstanceId> roots = new HashSet<>();
    private final Set<ContractInstanceId> lacking = new HashSet<>();
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
        this.mayBeSpread = mayBeSpread;
        this.time = time;
        this.stepDue = new Wake(timer);
        this.leavers = new Leavers(timer);
        this.steps = new StepQueue(time, random, stepDue);
        this.budget = new HostingBudget(config, replicas);
        this.vicinity = Vicinity.of(self, List.of());
    }

    HostingConfig config() {
        return config;
    }

    /** What is due to be compared. */
    StepQueue steps() {
        return steps;
    }

    /** Rings when something is due to be compared. */
    Wake stepDue() {
        return stepDue;
    }

    /** What was given up and has to be removed from the store. */
    Leavers leavers() {
        return leavers;
    }

    /** Takes in what the store holds from before a restart: stale until it is compared. */
    synchronized void restore(Holding holding) {
        Hosted entry = new Hosted(holding, config.interval().toNanos(), time.nanos());
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
        boolean asked = bringer.reason() != Bringer.Reason.UPKEEP;
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

    /**
     * The store has committed this. Those who keep in step with it are due to hear of it, except the bringer if it holds
     * the same, and what is too much now has to leave.
     *
     * @param same whether the bringer holds exactly this
     */
    synchronized void committed(Holding holding, Bringer bringer, boolean same) {
        ContractInstanceId id = holding.key().id();
        long now = time.nanos();
        Hosted entry = entries.get(id);
        leavers.remove(id);
        if (entry == null) {
            entry = new Hosted(holding, config.interval().toNanos(), now);
            entries.put(id, entry);
            place(entry);
            if (!bringer.isFetch() && entry.duty().root()) {
                entry.prove(now);
            }
        } else {
            budget.remove(id);
            entry.changed(holding);
            place(entry);
        }
        brought(entry, bringer, same);
        trim(bringer.isClient() ? id : null);
    }

    /** Somebody brought what adds nothing to the state. */
    synchronized void unchanged(ContractInstanceId id, Demand demand, Bringer bringer, boolean same) {
        Hosted entry = entries.get(id);
        if (entry != null) {
            wanted(entry, demand);
            brought(entry, bringer, same);
        }
    }

    /** Somebody asked for it and got it from here. */
    synchronized void wanted(ContractInstanceId id) {
        Hosted entry = entries.get(id);
        if (entry != null) {
            wanted(entry, entry.demand().again(time.now()));
        }
    }

    /** Somebody here subscribes to it, or nobody does any more. */
    synchronized void subscribed(ContractInstanceId id, boolean wanted) {
        if (wanted) {
            wanted(id);
        }
    }

    /** What to answer a neighbour that offers these. */
    synchronized List<Hosting.Verdict> compare(PeerId peer, List<Hosting.Held> offered) {
        long now = time.nanos();
        List<Hosting.Verdict> verdicts = new ArrayList<>(offered.size());
        for (Hosting.Held held : offered) {
            Hosted entry = entries.get(held.id());
            verdicts.add(entry == null ? verdict(held) : verdict(entry, peer, held.digest(), now));
        }
        return verdicts;
    }

    /** Of these the copies that should be compared with the neighbour now. */
    synchronized List<Hosting.Held> offers(PeerId peer, Collection<ContractInstanceId> due) {
        long now = time.nanos();
        return due.stream()
                .map(entries::get)
                .filter(entry -> entry != null && needs(entry, peer, now))
                .map(entry -> entry.held())
                .toList();
    }

    /**
     * The neighbour has answered what was offered. Returns whether it must be brought the state: if it differs, or if it is
     * missing and the neighbour ought to have it. One that merely kept in step has given it up, and may.
     */
    synchronized boolean compared(PeerId peer, Hosting.Held offered, Hosting.Verdict verdict) {
        Hosted entry = entries.get(offered.id());
        if (entry == null) {
            return false;
        }
        boolean wanting = verdict == Hosting.Verdict.MISSING && entry.isPartner(peer);
        if (verdict == Hosting.Verdict.EQUAL) {
            entry.heard(peer, offered.digest(), time.nanos());
        } else if (verdict == Hosting.Verdict.DIFFERS || wanting) {
            entry.differs(peer, time.nanos());
        } else if (verdict == Hosting.Verdict.NO_ROOM) {
            refused(peer, offered.id());
        } else {
            entry.forget(peer);
        }
        mark(entry);
        return wanting || verdict == Hosting.Verdict.DIFFERS;
    }

    /**
     * The neighbour has taken in this state.
     *
     * @param held what it holds now, or null if it does not say
     */
    synchronized void told(PeerId peer, ContractInstanceId id, StateDigest state, @Nullable StateDigest held) {
        Hosted entry = entries.get(id);
        if (entry != null) {
            entry.told(peer, state, time.nanos());
            // It is a host now, and may be the one to keep in step with.
            budget.remove(id);
            place(entry);
            if (held != null) {
                entry.heard(peer, held, time.nanos());
            }
            mark(entry);
            steps.drop(peer, id);
            requeue(peer, List.of(id));
        }
    }

    /** The neighbour refuses to hold the contract: another takes its place if this node is the root. */
    synchronized void refused(PeerId peer, ContractInstanceId id) {
        Hosted entry = entries.get(id);
        if (entry != null) {
            long now = time.nanos();
            entry.refused(peer, now + REFUSED_INTERVALS * config.interval().toNanos(), now);
            budget.remove(id);
            place(entry);
            enqueue(entry);
        }
    }

    /** Puts back into the line what is still to be compared with this neighbour. */
    synchronized void requeue(PeerId peer, Collection<ContractInstanceId> ids) {
        if (vicinity.contains(peer)) {
            offers(peer, ids).forEach(held -> enqueue(peer, Objects.requireNonNull(entries.get(held.id()))));
        }
    }

    /** From now on these are the neighbours; the contracts are reviewed a few at a time. */
    synchronized void neighbours(Vicinity now) {
        vicinity = now;
        steps.retain(now::contains);
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
                budget.remove(id);
                place(entry);
                enqueue(entry);
            }
        }
    }

    synchronized HostingStatus status() {
        return new HostingStatus(
                entries.size(), budget.bytes(), config.bytes(), roots.size(), lacking.size(), evicted, refused);
    }

    private Hosting.Verdict verdict(Hosting.Held held) {
        Duty duty = vicinity.duty(held.id().location(), copies, peer -> false, peer -> false);
        return budget.hasRoom(held, Demand.none(time.now()), duty) ? Hosting.Verdict.MISSING : Hosting.Verdict.NO_ROOM;
    }

    private Hosting.Verdict verdict(Hosted entry, PeerId peer, StateDigest theirs, long now) {
        boolean equal = theirs.equals(entry.digest());
        if (vicinity.contains(peer)) {
            if (!equal) {
                entry.differs(peer, now);
            }
            entry.heard(peer, theirs, now);
            mark(entry);
        }
        return equal ? Hosting.Verdict.EQUAL : Hosting.Verdict.DIFFERS;
    }

    private void brought(Hosted entry, Bringer bringer, boolean same) {
        PeerId neighbour = bringer.neighbour();
        boolean stale = bringer.reason() == Bringer.Reason.FETCH_STALE;
        if (neighbour != null && vicinity.contains(neighbour) && !stale) {
            entry.heard(neighbour, same ? entry.digest() : null, time.nanos());
        }
        if (bringer.reason() == Bringer.Reason.FETCH) {
            entry.prove(time.nanos());
        }
        mark(entry);
        enqueue(entry);
    }

    private void enqueue(Hosted entry) {
        long now = time.nanos();
        entry.peers().stream().filter(peer -> needs(entry, peer, now)).forEach(peer -> enqueue(peer, entry));
    }

    /** Whether the two copies should be compared now; what may not be spread is looked at again with the next review. */
    private boolean needs(Hosted entry, PeerId peer, long now) {
        return entry.needs(peer, now) && mayBeSpread.test(entry.key().code());
    }

    private void enqueue(PeerId peer, Hosted entry) {
        steps.add(peer, entry.key().id(), entry.inStep(peer));
    }

    /** Gives up the least wanted until the rest fits. */
    private void trim(@Nullable ContractInstanceId spared) {
        for (Optional<ContractInstanceId> excess = budget.excess(spared);
                excess.isPresent();
                excess = budget.excess(spared)) {
            ContractInstanceId id = excess.get();
            Hosted victim = Objects.requireNonNull(entries.remove(id));
            budget.remove(id);
            roots.remove(id);
            lacking.remove(id);
            evicted++;
            leavers.add(victim);
        }
    }

    private void place(Hosted entry) {
        entry.place(vicinity, copies, time.nanos());
        budget.add(entry);
        mark(entry);
    }

    private void wanted(Hosted entry, Demand demand) {
        budget.remove(entry.key().id());
        entry.wanted(demand);
        budget.add(entry);
    }

    private void mark(Hosted entry) {
        boolean root = entry.duty().root();
        mark(roots, entry, root);
        mark(lacking, entry, root && entry.partnersInStep() < copies);
    }

    private static void mark(Set<ContractInstanceId> set, Hosted entry, boolean member) {
        if (member) {
            set.add(entry.key().id());
        } else {
            set.remove(entry.key().id());
        }
    }
}
