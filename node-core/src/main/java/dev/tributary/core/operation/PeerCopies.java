package dev.tributary.core.operation;

import dev.tributary.core.message.Hosting;
import dev.tributary.core.message.Update;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The neighbours' copies of what is hosted here: takes in what neighbours say of them, and says what to answer and what is
 * due then. Works under the lock of the table that it belongs to. Everything is quick, and safe to call from any thread.
 */
final class PeerCopies {

    /** How many intervals a neighbour that refused a contract is left alone with it. */
    private static final int REFUSED_INTERVALS = 5;

    private final HostingTable table;
    private final Due due;
    private final News news;
    private final Roots roots;
    private final TimeSource time;
    private final long refusedFor;

    PeerCopies(HostingTable table, Due due, News news, Roots roots, TimeSource time) {
        this.table = table;
        this.due = due;
        this.news = news;
        this.roots = roots;
        this.time = time;
        this.refusedFor = REFUSED_INTERVALS * table.config().interval().toNanos();
    }

    /** What to answer a neighbour that offers these. */
    List<Hosting.Verdict> compare(PeerId peer, List<Hosting.Held> offered) {
        synchronized (table) {
            return offered.stream().map(held -> verdict(peer, held)).toList();
        }
    }

    /** Of these the copies that should be compared with the neighbour now. */
    List<Hosting.Held> offers(PeerId peer, Collection<ContractInstanceId> ids) {
        synchronized (table) {
            return ids.stream()
                    .map(table::entry)
                    .filter(entry -> entry != null && (due.needs(entry, peer) || due.behind(entry, peer)))
                    .map(entry -> entry.held())
                    .toList();
        }
    }

    /**
     * The neighbour has answered what was offered. It is brought what it is missing only if it ought to have it: one that
     * merely kept in step has given it up, and may.
     */
    Remedy compared(PeerId peer, Hosting.Held offered, Hosting.Verdict verdict) {
        synchronized (table) {
            Hosted entry = table.entry(offered.id());
            if (entry == null) {
                return Remedy.NOTHING;
            }
            entry.registered(peer, time.nanos());
            Remedy remedy = Remedy.NOTHING;
            switch (verdict) {
                case EQUAL -> entry.compared(peer, offered.digest(), time.nanos());
                case DIFFERS -> {
                    // It may be taking in just now what it was told: that is no dispute.
                    entry.differs(peer);
                    remedy = Remedy.RECONCILE;
                }
                case NO_ROOM -> refused(entry, peer);
                case MISSING -> {
                    if (entry.isPartner(peer)) {
                        entry.disputes(peer, time.nanos());
                        remedy = Remedy.BRING;
                    } else {
                        entry.forget(peer);
                    }
                }
            }
            roots.mark(entry);
            return remedy;
        }
    }

    /**
     * What the neighbour is to be told of the contract, which it is believed to hold from now on; empty if nothing, or if
     * the copies are to be compared instead.
     */
    Optional<Notice> notice(PeerId peer, ContractInstanceId id) {
        synchronized (table) {
            Hosted entry = table.entry(id);
            if (entry == null || !table.isNeighbour(peer) || !due.behind(entry, peer)) {
                return Optional.empty();
            }
            Optional<Notice> notice = news.notice(entry, peer);
            if (notice.isEmpty()) {
                entry.differs(peer);
                due.enqueue(entry, peer);
            }
            roots.mark(entry);
            return notice;
        }
    }

    /** How a change that the neighbour tells of compares with what is held here. */
    Arrival arrived(PeerId peer, Update.Changed changed) {
        synchronized (table) {
            Hosted entry = table.entry(changed.id());
            if (!table.isNeighbour(peer)) {
                return Arrival.KNOWN;
            } else if (entry == null) {
                return Arrival.NOT_HELD;
            } else if (!changed.after().equals(entry.digest())) {
                return Arrival.NEWS;
            }
            entry.follows(peer, changed.after(), time.nanos());
            roots.mark(entry);
            return Arrival.KNOWN;
        }
    }

    /** What the neighbour holds is not known any more: the copies have to be compared. */
    void differs(PeerId peer, ContractInstanceId id) {
        ofNeighbour(peer, id, entry -> entry.differs(peer));
    }

    /** A change that the neighbour told of was not taken in, and is not told again: the copies have to be compared. */
    void missed(PeerId peer, ContractInstanceId id) {
        ofNeighbour(peer, id, entry -> entry.missed(peer, time.nanos()));
    }

    /** The neighbour holds the one state and is missing this change to hold the other, which was held here just now. */
    void missing(PeerId peer, ContractInstanceId id, StateDigest theirs, StateDigest ours, StateChange change) {
        ofNeighbour(peer, id, entry -> {
            news.missing(entry, peer, theirs, ours, change);
            due.steps().drop(peer, id);
        });
    }

    /** The copies were compared, and differ although the neighbour is missing nothing. */
    void disputes(PeerId peer, ContractInstanceId id) {
        of(id, entry -> {
            entry.told(peer, entry.digest(), time.nanos());
            entry.disputes(peer, time.nanos());
        });
    }

    /** The neighbour does not keep in step with this node about these any more. One that ought to is asked what it holds. */
    void left(PeerId peer, Collection<ContractInstanceId> ids) {
        ids.forEach(id -> of(id, entry -> {
            boolean followed = entry.isFollowed(time.nanos());
            entry.forget(peer);
            roots.mark(entry);
            due.enqueue(entry);
            if (followed) {
                table.release(entry);
            }
        }));
    }

    /**
     * The neighbour has taken in this state.
     *
     * @param held what it holds now, or null if it does not say
     */
    void told(PeerId peer, ContractInstanceId id, StateDigest state, @Nullable StateDigest held) {
        of(id, entry -> {
            entry.told(peer, state, time.nanos());
            entry.registered(peer, time.nanos());
            // It is a host now, and may be the one to keep in step with.
            table.replace(entry);
            if (held != null) {
                entry.heard(peer, held, time.nanos());
            }
            roots.mark(entry);
            due.steps().drop(peer, id);
            due.enqueue(entry, peer);
        });
    }

    /** The neighbour refuses to hold the contract: another takes its place if this node is the root. */
    void refused(PeerId peer, ContractInstanceId id) {
        of(id, entry -> refused(entry, peer));
    }

    /** Puts back into the line what is still to be compared with this neighbour. */
    void requeue(PeerId peer, Collection<ContractInstanceId> ids) {
        synchronized (table) {
            if (table.isNeighbour(peer)) {
                ids.forEach(id -> due.requeue(table.entry(id), peer));
            }
        }
    }

    private Hosting.Verdict verdict(PeerId peer, Hosting.Held theirs) {
        Hosted entry = table.entry(theirs.id());
        if (entry == null) {
            return table.hasRoom(theirs) ? Hosting.Verdict.MISSING : Hosting.Verdict.NO_ROOM;
        }
        boolean equal = theirs.digest().equals(entry.digest());
        if (table.isNeighbour(peer)) {
            entry.compared(peer, theirs.digest(), time.nanos());
            roots.mark(entry);
        }
        return equal ? Hosting.Verdict.EQUAL : Hosting.Verdict.DIFFERS;
    }

    private void refused(Hosted entry, PeerId peer) {
        long now = time.nanos();
        entry.refused(peer, now + refusedFor, now);
        table.replace(entry);
        due.enqueue(entry);
    }

    /** Takes in what was said of a contract that is hosted here. */
    private void of(ContractInstanceId id, Consumer<Hosted> saying) {
        synchronized (table) {
            Hosted entry = table.entry(id);
            if (entry != null) {
                saying.accept(entry);
            }
        }
    }

    /** The same, if it comes from a neighbour of this moment; then finds out what is due to it. */
    private void ofNeighbour(PeerId peer, ContractInstanceId id, Consumer<Hosted> saying) {
        of(id, entry -> {
            if (table.isNeighbour(peer)) {
                saying.accept(entry);
                roots.mark(entry);
                due.enqueue(entry, peer);
            }
        });
    }
}
