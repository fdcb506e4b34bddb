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
    private static final int MOST_STANDINGS = 64;

    /** A copy is served for this many intervals after it was last found in step. */
    private static final int FRESH_INTERVALS = 3;

    /** So many times in a row two copies may differ before comparing them again has to wait. */
    private static final int DISPUTES_AT_ONCE = 3;

    /** And at last it waits for this many doublings of a second: 17 minutes. */
    private static final int MAX_DOUBLINGS = 10;

    private static final long SECOND = 1_000_000_000L;

    private final ContractKey key;
    private final RingLocation location;
    private final long interval;
    private final Map<PeerId, Standing> standings = new LinkedHashMap<>(4);
    private StateDigest digest;
    private int bytes;
    private int codeBytes;
    private Demand demand;
    private Duty duty = Duty.ALONE;
    private boolean proven;
    private long inStepAt;

    /**
     * A contract as the store has it. Whoever is nearer to its location may know more of it, so it has to be compared first.
     *
     * @param interval in nanoseconds
     */
    Hosted(Holding holding, long interval, long now) {
        this.key = holding.key();
        this.location = holding.key().location();
        this.interval = interval;
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

    void wanted(Demand more) {
        demand = more;
    }

    /** Finds out anew with whom to keep in step, and forgets peers that are gone or have long been silent. */
    void place(Vicinity vicinity, int copies, long now) {
        duty = vicinity.duty(location, copies, peer -> isUnwilling(peer, now), this::isHost);
        standings
                .entrySet()
                .removeIf(each -> !vicinity.contains(each.getKey())
                        || (!isPartner(each.getKey()) && now - each.getValue().heard > FRESH_INTERVALS * interval));
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
        if (standing.notBefore - now > 0) {
            return false;
        }
        boolean old = now - standing.heard >= interval - interval / 4;
        return !digest.equals(standing.known) || (partner && (old || !proven));
    }

    /** Whether the peer is believed to hold the same state. */
    boolean inStep(PeerId peer) {
        Standing standing = standings.get(peer);
        return standing != null && digest.equals(standing.known);
    }

    /** The peer has said what it holds, or null if it is only known to hold something else. */
    void heard(PeerId peer, @Nullable StateDigest held, long now) {
        Standing standing = standing(peer, now);
        standing.heard = now;
        standing.known = held;
        if (standing.unwilling) {
            standing.unwilling = false;
            standing.notBefore = now;
        }
        if (!digest.equals(held)) {
            return;
        }
        standing.disputes = 0;
        standing.notBefore = now;
        if (isPartner(peer)) {
            proven = true;
            inStepAt = now;
        }
    }

    boolean isPartner(PeerId peer) {
        return duty.partners().contains(peer);
    }

    /** The peer does not hold it, and need not. */
    void forget(PeerId peer) {
        standings.remove(peer);
    }

    /** The peer was told this state and took it in; it may hold more, and says so then. */
    void told(PeerId peer, StateDigest state, long now) {
        standing(peer, now).known = state;
    }

    /**
     * The two copies were compared and differ, or the peer has none. One that differs although it was told this very state is
     * compared less and less often: the contract may merge in a way that never ends, or the peer may lie.
     */
    void differs(PeerId peer, long now) {
        Standing standing = standing(peer, now);
        standing.disputes += digest.equals(standing.known) ? 1 : 0;
        standing.known = null;
        int late = standing.disputes - DISPUTES_AT_ONCE;
        if (late > 0) {
            standing.notBefore = now + (SECOND << Math.min(late, MAX_DOUBLINGS));
        }
    }

    /** The peer will not hold it for some time. */
    void refused(PeerId peer, long notBefore, long now) {
        Standing standing = standing(peer, now);
        standing.known = null;
        standing.unwilling = true;
        standing.notBefore = notBefore;
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
        return proven && now - inStepAt <= FRESH_INTERVALS * interval;
    }

    /** How many of the partners are known to hold the same state. */
    int partnersInStep() {
        return (int) duty.partners().stream().filter(this::inStep).count();
    }

    private boolean isHost(PeerId peer) {
        Standing standing = standings.get(peer);
        return standing != null && standing.known != null;
    }

    private boolean isUnwilling(PeerId peer, long now) {
        Standing standing = standings.get(peer);
        return standing != null && standing.unwilling && standing.notBefore - now > 0;
    }

    /** Beyond the limit whoever is no partner is noted on a page that is thrown away. */
    private Standing standing(PeerId peer, long now) {
        Standing known = standings.get(peer);
        if (known != null) {
            return known;
        }
        Standing fresh = new Standing(now);
        if (standings.size() < MOST_STANDINGS || isPartner(peer)) {
            standings.put(peer, fresh);
        }
        return fresh;
    }

    /** What is known of a peer's copy. */
    private static final class Standing {

        /** The state that the peer holds as far as is known, or null. */
        private @Nullable StateDigest known;

        /** When the peer last said so itself. */
        private long heard;

        private long notBefore;
        private int disputes;
        private boolean unwilling;

        Standing(long heard) {
            this.heard = heard;
            this.notBefore = heard;
        }
    }
}
