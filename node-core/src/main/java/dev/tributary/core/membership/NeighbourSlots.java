package dev.tributary.core.membership;

import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.ring.AddressPrefix;
import dev.tributary.core.ring.AdmissionPolicy;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.ring.RingNeighbours;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The slots that this node has for neighbours. An offered slot stays reserved for some seconds, so that the joiner is
 * not refused when it dials. Safe to use from any thread.
 */
public final class NeighbourSlots {

    private final RingConfig config;
    private final Duration reservationTimeout;
    private final NeighbourTable neighbours;
    private final TimeSource time;
    private final AdmissionPolicy policy;
    private final Map<PeerId, Long> reserved = new LinkedHashMap<>();

    public NeighbourSlots(
            RingConfig config,
            MembershipConfig membership,
            NeighbourTable neighbours,
            TimeSource time,
            RandomGenerator random) {
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
        int taken = neighbours.peers().size() + reserved.size();
        return !isPrefixFull(link) && (wasReserved || taken < config.minNeighbours() || accepts(link.peer()));
    }

    /** Whether this node should dial the peer, which reserved a slot for it. */
    public synchronized boolean shouldDial(PeerId peer) {
        return neighbours.peers().size() < config.minNeighbours() || accepts(peer);
    }

    /**
     * Whether the maximum number of neighbours already shares the address prefix of this link. The prefix is that of
     * the connection, since a peer can choose the address that it names.
     */
    public boolean isPrefixFull(PeerLink link) {
        Optional<String> prefix = prefixOf(link);
        List<PeerLink> links = neighbours.links();
        return prefix.isPresent()
                && links.stream()
                                .filter(other -> !other.peer().equals(link.peer())
                                        && prefixOf(other).equals(prefix))
                                .count()
                        >= config.maxPerPrefix();
    }

    /** Number of reserved slots. */
    public synchronized int reserved() {
        expire();
        return reserved.size();
    }

    private static Optional<String> prefixOf(PeerLink link) {
        return link.remote().flatMap(AddressPrefix::of);
    }

    private void expire() {
        long now = time.nanos();
        reserved.values().removeIf(expiresAt -> expiresAt - now <= 0);
    }
}
