package dev.tributary.core.operation;

import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.Update;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.value.CodeHash;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
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
    private static final int REFUSED_INTERVALS = 5;

    private final HostingConfig config;
    private final int copies;
    private final Predicate<CodeHash> mayBeSpread;
    private final TimeSource time;
    private final Wake stepDue;
    private final Leavers leavers;
    private final StepQueue steps;
    private final Wake tellDue;
    private final Spreading spreading;
    private final ChangeLogs logs = new ChangeLogs();
    private final HostingBudget budget;
    private final Map<ContractInstanceId, Hosted> entries = new LinkedHashMap<>();
    private final Set<ContractInstanceId> roots = new HashSet<>();
    private final Set<ContractInstanceId> lacking = new HashSet<>();
    private final Set<ContractInstanceId> subscribed = new HashSet<>();
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
        this.tellDue = new Wake(timer);
        this.spreading = new Spreading(config.burst(), config.pace(), time, tellDue);
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

    /** Who is due to be told of changes. */
    Spreading spreading() {
        return spreading;
    }

    /** Rings when somebody is due to be told of a change. */
    Wake tellDue() {
        return tellDue;
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
            logs.add(id, entry.digest(), holding.digest(), changes);
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
                .filter(entry -> entry != null && (needs(entry, peer, now) || behind(entry, peer, now)))
                .map(entry -> entry.held())
                .toList();
    }

    /**
     * The neighbour has answered what was offered. It is brought what it is missing only if it ought to have it: one that
     * merely kept in step has given it up, and may.
     */
    synchronized Remedy compared(PeerId peer, Hosting.Held offered, Hosting.Verdict verdict) {
        Hosted entry = entries.get(offered.id());
        if (entry == null) {
            return Remedy.NOTHING;
        }
        entry.registered(peer, time.nanos());
        Remedy remedy = verdict == Hosting.Verdict.DIFFERS ? Remedy.RECONCILE : Remedy.NOTHING;
        if (verdict == Hosting.Verdict.MISSING && entry.isPartner(peer)) {
            remedy = Remedy.BRING;
        }
        if (verdict == Hosting.Verdict.EQUAL) {
            entry.heard(peer, offered.digest(), time.nanos());
        } else if (remedy != Remedy.NOTHING && !offered.digest().equals(entry.digest())) {
            entry.differs(peer);
        } else if (remedy != Remedy.NOTHING) {
            entry.disputes(peer, time.nanos());
        } else if (verdict == Hosting.Verdict.NO_ROOM) {
            refused(peer, offered.id());
        } else {
            entry.forget(peer);
        }
        mark(entry);
        return remedy;
    }

    /**
     * What the neighbour is to be told of the contract, which it is believed to hold from now on; empty if nothing, or if
     * the copies are to be compared instead.
     */
    synchronized Optional<Notice> notice(PeerId peer, ContractInstanceId id) {
        Hosted entry = entries.get(id);
        if (entry == null || !behind(entry, peer, time.nanos())) {
            return Optional.empty();
        }
        StateDigest known = Objects.requireNonNull(entry.behind(peer, time.nanos()));
        Optional<List<StateChange>> changes = logs.between(id, known, entry.digest());
        if (changes.isEmpty()) {
            differs(entry, peer);
            return Optional.empty();
        }
        entry.told(peer, entry.digest(), time.nanos());
        mark(entry);
        boolean whole = ChangeLog.sizeOf(changes.get()) >= entry.bytes();
        return Optional.of(new Notice(known, entry.digest(), whole ? List.of() : changes.get(), entry.bytes()));
    }

    /** How a change that the neighbour tells of compares with what is held here. */
    synchronized Arrival arrived(PeerId peer, Update.Changed changed) {
        Hosted entry = entries.get(changed.id());
        if (!vicinity.contains(peer)) {
            return Arrival.KNOWN;
        } else if (entry == null) {
            return Arrival.NOT_HELD;
        } else if (!changed.after().equals(entry.digest())) {
            return Arrival.NEWS;
        }
        entry.follows(peer, changed.after(), time.nanos());
        mark(entry);
        return Arrival.KNOWN;
    }

    /** What the neighbour holds is not known any more: the copies have to be compared. */
    synchronized void differs(PeerId peer, ContractInstanceId id) {
        Hosted entry = entries.get(id);
        if (entry != null && vicinity.contains(peer)) {
            differs(entry, peer);
        }
    }

    /** The neighbour holds the one state and is missing this change to hold the other, which was held here just now. */
    synchronized void missing(
            PeerId peer, ContractInstanceId id, StateDigest theirs, StateDigest ours, StateChange change) {
        Hosted entry = entries.get(id);
        if (entry != null && vicinity.contains(peer)) {
            logs.add(id, theirs, ours, List.of(change));
            entry.follows(peer, theirs, time.nanos());
            mark(entry);
            steps.drop(peer, id);
            enqueue(entry, peer, time.nanos());
        }
    }

    /** The copies were compared, and differ although the neighbour is missing nothing. */
    synchronized void disputes(PeerId peer, ContractInstanceId id) {
        Hosted entry = entries.get(id);
        if (entry != null) {
            entry.told(peer, entry.digest(), time.nanos());
            entry.disputes(peer, time.nanos());
        }
    }

    /** The neighbour does not keep in step with this node about these any more. One that ought to is asked what it holds. */
    synchronized void left(PeerId peer, Collection<ContractInstanceId> ids) {
        for (ContractInstanceId id : ids) {
            Hosted entry = entries.get(id);
            if (entry != null) {
                boolean followed = entry.isFollowed(time.nanos());
                entry.forget(peer);
                mark(entry);
                enqueue(entry, null);
                if (followed) {
                    release(entry);
                }
            }
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
            enqueue(entry, null);
        } else {
            release(entry);
        }
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
            entry.registered(peer, time.nanos());
            // It is a host now, and may be the one to keep in step with.
            budget.remove(id);
            place(entry);
            if (held != null) {
                entry.heard(peer, held, time.nanos());
            }
            mark(entry);
            steps.drop(peer, id);
            enqueue(entry, peer, time.nanos());
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
            enqueue(entry, null);
        }
    }

    /** Puts back into the line what is still to be compared with this neighbour. */
    synchronized void requeue(PeerId peer, Collection<ContractInstanceId> ids) {
        if (vicinity.contains(peer)) {
            offers(peer, ids).forEach(held -> {
                Hosted entry = Objects.requireNonNull(entries.get(held.id()));
                steps.add(peer, held.id(), entry.inStep(peer));
            });
        }
    }

    /** From now on these are the neighbours; the contracts are reviewed a few at a time. */
    synchronized void neighbours(Vicinity now) {
        vicinity = now;
        steps.retain(now::contains);
        spreading.retain(now::contains);
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
                enqueue(entry, null);
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
            entry.heard(peer, theirs, now);
            mark(entry);
        }
        return equal ? Hosting.Verdict.EQUAL : Hosting.Verdict.DIFFERS;
    }

    private void brought(Hosted entry, Bringer bringer, boolean same, @Nullable StateDigest before) {
        PeerId neighbour = bringer.neighbour();
        Claim claim = bringer.claim();
        boolean stale = bringer.reason() == Bringer.Reason.FETCH_STALE;
        if (neighbour != null && vicinity.contains(neighbour) && !stale) {
            if (claim != null && before != null) {
                settle(entry, neighbour, claim, before);
            } else {
                entry.heard(neighbour, same ? entry.digest() : null, time.nanos());
            }
        }
        if (bringer.reason() == Bringer.Reason.FETCH) {
            entry.prove(time.nanos());
        }
        mark(entry);
        enqueue(entry, bringer);
    }

    /**
     * The neighbour's change was taken in: what does the neighbour hold now? If it was told all of this before its own
     * change reached this node, then that becomes the same there as it did here, and nothing more need be said.
     */
    private void settle(Hosted entry, PeerId peer, Claim claim, StateDigest before) {
        ContractInstanceId id = entry.key().id();
        long now = time.nanos();
        boolean told = entry.holds(peer, before);
        if (claim.after().equals(entry.digest())) {
            entry.follows(peer, claim.after(), now);
        } else if (logs.knows(id, claim.after())) {
            entry.follows(peer, told ? entry.digest() : claim.after(), now);
        } else if (logs.knows(id, claim.before())) {
            if (!told) {
                logs.between(id, claim.before(), before)
                        .ifPresent(missing -> logs.add(id, claim.after(), entry.digest(), missing));
            }
            entry.follows(peer, told ? entry.digest() : claim.after(), now);
        } else {
            entry.follows(peer, claim.after(), now);
            entry.differs(peer);
        }
    }

    /** @param bringer who brought the change that makes this necessary, or null */
    private void enqueue(Hosted entry, @Nullable Bringer bringer) {
        long now = time.nanos();
        for (PeerId peer : entry.peers()) {
            // A PUT is on its way there already: should it not get there, the comparison finds out.
            if (bringer != null && bringer.isPassedOn() && !entry.duty().root() && entry.isPartner(peer)) {
                if (behind(entry, peer, now)) {
                    steps.add(peer, entry.key().id(), false);
                }
            } else if (bringer != null && bringer.reason() == Bringer.Reason.UPDATE && needs(entry, peer, now)) {
                steps.addFirst(peer, entry.key().id());
            } else {
                enqueue(entry, peer, now);
            }
        }
    }

    private void enqueue(Hosted entry, PeerId peer, long now) {
        ContractInstanceId id = entry.key().id();
        if (needs(entry, peer, now)) {
            if (entry.isUrgent(peer, now)) {
                steps.addFirst(peer, id);
            } else {
                steps.add(peer, id, entry.inStep(peer));
            }
        } else if (behind(entry, peer, now)) {
            spreading.add(peer, id);
        }
    }

    /** Whether the two copies should be compared now; what may not be spread is looked at again with the next review. */
    private boolean needs(Hosted entry, PeerId peer, long now) {
        return entry.needs(peer, now) && mayBeSpread.test(entry.key().code());
    }

    /** Whether the neighbour is to be told what has changed. */
    private boolean behind(Hosted entry, PeerId peer, long now) {
        return entry.behind(peer, now) != null
                && vicinity.contains(peer)
                && mayBeSpread.test(entry.key().code());
    }

    private void differs(Hosted entry, PeerId peer) {
        entry.differs(peer);
        mark(entry);
        enqueue(entry, peer, time.nanos());
    }

    /** If nobody uses the copy any more, the upstream hears of it. */
    private void release(Hosted entry) {
        if (!entry.subscribed() && !entry.duty().root() && !entry.isFollowed(time.nanos())) {
            entry.released();
            entry.duty()
                    .partners()
                    .forEach(upstream -> spreading.leave(upstream, entry.key().id()));
        }
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
            logs.forget(id);
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
        entry.wanted(demand, time.nanos());
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
