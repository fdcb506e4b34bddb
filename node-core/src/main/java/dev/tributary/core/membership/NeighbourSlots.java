package dev.tributary.core.membership;

import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.ring.AddressPrefix;
import dev.tributary.core.ring.AdmissionPolicy;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.ring.RingNeighbours;
import dev.tributary.core.value.IpAddress;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The slots that this node has for neighbours. An offered slot stays reserved for some seconds, so that the joiner is
 * not refused when it dials. Familiar peers have further slots, which strangers cannot take. Safe to use from any
 * thread.
 */
public final class NeighbourSlots {

    /** Number of slots kept for familiar peers, as a share of the maximum of neighbours. */
    private static final int KEPT_SHARE = 8;

    private final RingConfig config;
    private final Duration reservationTimeout;
    private final NeighbourTable neighbours;
    private final TimeSource time;
    private final AdmissionPolicy policy;
    private final FamiliarPeers familiar;
    private final Map<PeerId, Long> reserved = new LinkedHashMap<>();

    /** Neighbours that took a reserved slot: the prefix limit does not break the promise afterwards either. */
    private final Set<PeerId> promised = new HashSet<>();

    public NeighbourSlots(
            RingConfig config,
            MembershipConfig membership,
            NeighbourTable neighbours,
            FamiliarPeers familiar,
            TimeSource time,
            RandomGenerator random) {
        this.familiar = familiar;
        this.config = config;
        this.reservationTimeout = membership.reservationTimeout();
        this.neighbours = neighbours;
        this.time = time;
        this.policy = new AdmissionPolicy(config, random);
    }

    /** Reserves a slot if the admission policy accepts the peer, and it is no neighbour and has no reservation. */
    synchronized boolean reserve(PeerId peer) {
        return isNew(peer) && reserveIf(peer, accepts(peer));
    }

    /** The same, but only for a peer that would be a ring neighbour of this node. */
    synchronized boolean reserveAdjacent(PeerId peer) {
        return isNew(peer)
                && reserveIf(
                        peer,
                        RingNeighbours.wouldContain(neighbours.self(), neighbours.peers(), peer) && accepts(peer));
    }

    /** Reserves any free slot without asking the policy: for a peer that no other node on the path accepted. */
    synchronized boolean reserveAny(PeerId peer) {
        return isNew(peer)
                && reserveIf(peer, policy.hasFreeSlot(peer, neighbours.self(), neighbours.peers(), reserved.size()));
    }

    private boolean isNew(PeerId peer) {
        expire();
        return !peer.equals(neighbours.self()) && neighbours.link(peer).isEmpty() && !reserved.containsKey(peer);
    }

    private boolean reserveIf(PeerId peer, boolean accepted) {
        if (accepted) {
            reserved.put(peer, time.nanos() + reservationTimeout.toNanos());
        }
        return accepted;
    }

    private boolean accepts(PeerId peer) {
        return policy.admits(peer, neighbours.self(), neighbours.peers(), reserved.size());
    }

    /** Number of neighbours missing to the minimum; zero or less if there are enough. Any thread. */
    int missing() {
        return config.minNeighbours() - neighbours.peers().size();
    }

    /** Number of neighbours above the maximum; negative if there are free slots. Any thread. */
    int surplus() {
        return neighbours.peers().size() - config.maxNeighbours();
    }

    /** Maximum number of neighbours that share an address prefix. */
    int maxPerPrefix() {
        return config.maxPerPrefix();
    }

    /** Whether the peer of this inbound link becomes a neighbour. Uses up the peer's reservation. */
    public synchronized boolean admit(PeerLink link) {
        expire();
        boolean wasReserved = reserved.remove(link.peer()) != null;
        if (isPrefixFull(link, wasReserved)) {
            return false;
        }
        if (wasReserved) {
            promised.retainAll(neighbours.peers());
            promised.add(link.peer());
        }
        return wasReserved || hasSlot(link.peer());
    }

    private boolean hasSlot(PeerId peer) {
        int taken = neighbours.peers().size() + reserved.size();
        return taken < config.minNeighbours() || accepts(peer) || hasKeptSlot(peer, taken);
    }

    /**
     * Once the policy refuses most peers, kept slots are for familiar ones. The operator's peers always have one then,
     * since their number is the operator's choice.
     */
    private boolean hasKeptSlot(PeerId peer, int taken) {
        boolean isCrowded = 2 * taken > config.minNeighbours() + config.maxNeighbours();
        int kept = Math.max(1, config.maxNeighbours() / KEPT_SHARE);
        return isCrowded
                && (familiar.isConfigured(peer) || (taken < config.maxNeighbours() + kept && familiar.contains(peer)));
    }

    /** Whether this node should dial the peer at this address, if it is known: the peer reserved a slot for it. */
    public synchronized boolean shouldDial(PeerId peer, Optional<IpAddress> address) {
        boolean isPrefixFull = countSharing(peer, address.flatMap(AddressPrefix::of)) >= config.maxPerPrefix();
        return (!isPrefixFull || isExempt(peer))
                && (neighbours.peers().size() < config.minNeighbours() || accepts(peer));
    }

    /**
     * Whether the maximum number of neighbours already shares the address prefix of this link. The prefix is that of
     * the connection, since a peer can choose the address that it names. The operator's peers and ring neighbours are
     * exempt: without the latter a search may not reach its target.
     *
     * @param wasReserved whether a slot was promised to the peer, when its address was not known: promised slots may
     *     use up the limit once more
     */
    public synchronized boolean isPrefixFull(PeerLink link, boolean wasReserved) {
        int limit = wasReserved ? 2 * config.maxPerPrefix() : config.maxPerPrefix();
        return countSharing(link.peer(), prefixOf(link)) >= limit && !isExempt(link.peer());
    }

    /**
     * The neighbour that makes room for this new one, which is exempt from the prefix limit: the newest of the same
     * prefix that is not exempt itself. Empty while the prefix is within its limit.
     */
    synchronized Optional<PeerLink> displacedBy(PeerLink link) {
        Optional<String> prefix = prefixOf(link);
        if (countSharing(link.peer(), prefix) < config.maxPerPrefix()) {
            return Optional.empty();
        }
        return sharing(link.peer(), prefix)
                .filter(other -> !promised.contains(other.peer()) && !isExempt(other.peer()))
                .reduce((older, newer) -> newer);
    }

    private long countSharing(PeerId peer, Optional<String> prefix) {
        return prefix.isEmpty() ? 0 : sharing(peer, prefix).count();
    }

    /** The neighbours with this address prefix, other than the peer. */
    private Stream<PeerLink> sharing(PeerId peer, Optional<String> prefix) {
        return neighbours.links().stream()
                .filter(other -> !other.peer().equals(peer) && prefixOf(other).equals(prefix));
    }

    private boolean isExempt(PeerId peer) {
        List<PeerId> others =
                neighbours.peers().stream().filter(other -> !other.equals(peer)).toList();
        return familiar.isConfigured(peer) || RingNeighbours.wouldContain(neighbours.self(), others, peer);
    }

    /** The peers for which slots are kept. */
    FamiliarPeers familiar() {
        return familiar;
    }

    /** Number of reserved slots. */
    public synchronized int reserved() {
        expire();
        return reserved.size();
    }

    /** The address prefix of the connection; empty if it has none that counts. */
    static Optional<String> prefixOf(PeerLink link) {
        return link.remote().flatMap(AddressPrefix::of);
    }

    private void expire() {
        long now = time.nanos();
        reserved.values().removeIf(expiresAt -> expiresAt - now <= 0);
    }
}
