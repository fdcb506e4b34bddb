package dev.tributary.core.operation;

import dev.tributary.core.message.Hosting;
import dev.tributary.core.storage.Demand;
import dev.tributary.core.storage.Holding;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.StateDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one contract that is hosted here: how it is wanted, with whom its copy is kept in step, and what those
 * peers are known to hold. Guarded by the lock of the table that it is in.
 */
final class Hosted {

    /** So many peers are kept in mind for a contract, besides the partners; the others find a change by themselves. */
    private static final int MOST_STANDINGS = 256;

    /** A peer that has not said for this many intervals that it keeps in step does not, and what is not in step is stale. */
    static final int LEASE_INTERVALS = 4;

    private final ContractKey key;
    private final RingLocation location;
    private final long interval;
    private final long lease;
    private final Map<PeerId, Standing> standings = new LinkedHashMap<>(4);
    private StateDigest digest;
    private int bytes;
    private int codeBytes;
    private Demand demand;
    private Duty duty = Duty.ALONE;
    private Vicinity vicinity;
    private boolean subscribed;
    private boolean wanted;
    private long wantedAt;
    private boolean proven;
    private long inStepAt;

    /**
     * A contract as the store has it. Whoever is nearer to its location may know more of it, so it has to be compared first.
     *
     * @param vicinity the neighbours at this moment
     * @param interval in nanoseconds
     */
    Hosted(Holding holding, Vicinity vicinity, long interval, long now) {
        this.key = holding.key();
        this.location = holding.key().location();
        this.vicinity = vicinity;
        this.interval = interval;
        this.lease = LEASE_INTERVALS * interval;
        this.digest = holding.digest();
        this.bytes = holding.bytes();
        this.codeBytes = holding.codeBytes();
        this.demand = holding.demand();
        this.inStepAt = now;
    }

    ContractKey key() {
        return key;
    }

    int bytes() {
        return bytes;
    }

    int codeBytes() {
        return codeBytes;
    }

    Demand demand() {
        return demand;
    }

    Duty duty() {
        return duty;
    }

    StateDigest digest() {
        return digest;
    }

    Hosting.Held held() {
        return new Hosting.Held(key.id(), digest, (int) Math.min(Integer.MAX_VALUE, (long) bytes + codeBytes));
    }

    /** A commit has changed the state. */
    void changed(Holding holding) {
        digest = holding.digest();
        bytes = holding.bytes();
        codeBytes = holding.codeBytes();
        demand = holding.demand();
    }

    /** Somebody has asked for it: a client, or a neighbour on somebody's behalf. */
    void wanted(Demand more, long now) {
        demand = more;
        wanted = true;
        wantedAt = now;
    }

    /** Whether a client of this node listens to it. */
    boolean subscribed() {
        return subscribed;
    }

    void subscribed(boolean now) {
        subscribed = now;
    }

    /** Whether its copy is to be kept in step: if a client listens, a peer follows, somebody wants it, or it is the root's. */
    boolean inUse(long now) {
        return subscribed || duty.root() || (wanted && now - wantedAt <= lease) || isFollowed(now);
    }

    /** Whether peers keep in step through this node. */
    boolean isFollowed(long now) {
        return standings.values().stream().anyMatch(standing -> standing.follows(lease, now));
    }

    /** Nobody keeps in step through this node any more: the copy is not in use until somebody wants it again. */
    void released() {
        wanted = false;
        proven = false;
    }

    /** Finds out anew with whom to keep in step, and forgets peers that are gone or have long been silent. */
    void place(Vicinity around, int copies, long now) {
        vicinity = around;
        duty = vicinity.duty(location, copies, peer -> isUnwilling(peer, now), this::isHost);
        standings
                .entrySet()
                .removeIf(each -> !vicinity.contains(each.getKey())
                        || (!isPartner(each.getKey()) && each.getValue().silence(now) > lease));
    }

    /**
     * Forgets what peers were told before their present link: it may not have arrived.
     *
     * @param linked since when the link to a neighbour exists, in nanoseconds
     */
    void forgetEarlier(Map<PeerId, Long> linked, long now) {
        standings.entrySet().removeIf(each -> {
            Long since = linked.get(each.getKey());
            return since != null && each.getValue().silence(now) > now - since;
        });
    }

    /** The partners and everybody who keeps in step with this copy. */
    List<PeerId> peers() {
        List<PeerId> peers = new ArrayList<>(duty.partners());
        standings.keySet().stream().filter(peer -> !peers.contains(peer)).forEach(peers::add);
        return peers;
    }

    /** Whether the copies of this node and the peer should be compared now. */
    boolean needs(PeerId peer, long now) {
        Standing standing = standings.get(peer);
        boolean partner = isPartner(peer);
        if (standing == null) {
            return partner;
        }
        if (standing.rests(now)) {
            return false;
        }
        boolean old = standing.silence(now) >= interval - interval / 4;
        boolean due = old || !proven || (!duty.root() && !standing.registered());
        return standing.known() == null || standing.missed() || (partner && inUse(now) && due);
    }

    /** Whether that cannot wait: somebody, here or farther away, listens to a copy that may be out of step. */
    boolean isUrgent(PeerId peer, long now) {
        Standing standing = standings.get(peer);
        return isPartner(peer)
                && (subscribed || isFollowed(now))
                && (standing == null || standing.known() == null || standing.missed() || !standing.registered());
    }

    /** The state that the peer is believed to hold if it is to be told another one now, or null. */
    @Nullable
    StateDigest behind(PeerId peer, long now) {
        Standing standing = standings.get(peer);
        return standing == null || standing.holds(digest) || standing.refuses(now) ? null : standing.known();
    }

    /** Whether the peer is believed to hold the same state. */
    boolean inStep(PeerId peer) {
        Standing standing = standings.get(peer);
        return standing != null && standing.holds(digest) && !standing.missed();
    }

    /** Whether the peer is believed to hold this state. */
    boolean holds(PeerId peer, StateDigest state) {
        Standing standing = standings.get(peer);
        return standing != null && standing.holds(state);
    }

    /** The peer has said what it holds when copies were compared, or null if it is only known to hold something else. */
    void heard(PeerId peer, @Nullable StateDigest held, long now) {
        standing(peer, now).heard(held, digest, now);
        if (digest.equals(held)) {
            foundInStep(peer, now);
        }
    }

    /** The peer has sent a change and holds this, or is about to. It keeps in step for no longer because of that. */
    void follows(PeerId peer, StateDigest held, long now) {
        standing(peer, now).told(held);
        if (digest.equals(held)) {
            standing(peer, now).agrees(now);
            foundInStep(peer, now);
        }
    }

    boolean isPartner(PeerId peer) {
        return duty.partners().contains(peer);
    }

    /** The peer does not hold it, and need not. */
    void forget(PeerId peer) {
        standings.remove(peer);
    }

    /** The peer was told by this node what that holds. */
    void registered(PeerId peer, long now) {
        standing(peer, now).register();
    }

    /** The peer was told this state and took it in; it may hold more, and says so then. */
    void told(PeerId peer, StateDigest state, long now) {
        standing(peer, now).told(state);
    }

    /** What the peer holds is not known any more: the copies are to be compared, if the peer is one to compare with. */
    void differs(PeerId peer) {
        Standing standing = standings.get(peer);
        if (standing != null) {
            standing.differs();
        }
    }

    /** A change that the peer told of was not taken in: the copies are to be compared. */
    void missed(PeerId peer, long now) {
        standing(peer, now).miss();
    }

    /** The copies were compared, and the peer holds this: what was missed before is made up for, or is about to be. */
    void compared(PeerId peer, StateDigest held, long now) {
        standing(peer, now).caughtUp();
        heard(peer, held, now);
    }

    /** The two copies were compared and differ, or the peer has none. */
    void disputes(PeerId peer, long now) {
        standing(peer, now).disputes(digest, now);
    }

    /** The peer will not hold it for some time. */
    void refused(PeerId peer, long notBefore, long now) {
        standing(peer, now).refused(notBefore);
    }

    /** Somebody who should know was asked for it just now, or nobody is known who could know more. */
    void prove(long now) {
        proven = true;
        inStepAt = now;
    }

    /** Whether the copy takes part in keeping in step. */
    boolean fresh(boolean alone, long now) {
        if (alone) {
            return false;
        }
        if (duty.root()) {
            return proven || duty.partners().isEmpty();
        }
        return proven && now - inStepAt <= lease;
    }

    /** How many of the partners are known to hold the same state. */
    int partnersInStep() {
        return (int) duty.partners().stream().filter(this::inStep).count();
    }

    private void foundInStep(PeerId peer, long now) {
        if (isPartner(peer)) {
            prove(now);
        }
    }

    private boolean isHost(PeerId peer) {
        Standing standing = standings.get(peer);
        return standing != null && standing.known() != null;
    }

    private boolean isUnwilling(PeerId peer, long now) {
        Standing standing = standings.get(peer);
        return standing != null && standing.refuses(now);
    }

    /** Beyond the limit whoever is no partner is noted on a page that is thrown away. */
    private Standing standing(PeerId peer, long now) {
        Standing known = standings.get(peer);
        if (known != null) {
            return known;
        }
        Standing fresh = new Standing(vicinity.isFarther(peer, location), now);
        if (standings.size() < MOST_STANDINGS || isPartner(peer)) {
            standings.put(peer, fresh);
        }
        return fresh;
    }
}
