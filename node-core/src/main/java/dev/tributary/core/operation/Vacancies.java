package dev.tributary.core.operation;

import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.ring.Acceptance;
import dev.tributary.core.ring.AddressPrefix;
import dev.tributary.core.ring.Lattice;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The places that this node has for neighbours. A place that is offered is kept for some seconds, so that whoever was
 * promised one is not turned away. Safe to use from any thread.
 */
public final class Vacancies {

    private final RingConfig config;
    private final Neighbourhood neighbourhood;
    private final TimeSource time;
    private final Acceptance acceptance;
    private final Map<PeerId, Long> reserved = new LinkedHashMap<>();

    public Vacancies(RingConfig config, Neighbourhood neighbourhood, TimeSource time, RandomGenerator random) {
        this.config = config;
        this.neighbourhood = neighbourhood;
        this.time = time;
        this.acceptance = new Acceptance(config, random);
    }

    /** Keeps a place for a peer that fits here, is no neighbour and was promised none yet; false if there is none for it. */
    synchronized boolean reserve(PeerId peer) {
        return isNew(peer) && keep(peer, welcomes(peer));
    }

    /** The same for a peer that would be next to this node on the ring, and for no other. */
    synchronized boolean reserveNext(PeerId peer) {
        return isNew(peer)
                && keep(peer, Lattice.admits(neighbourhood.self(), neighbourhood.peers(), peer) && welcomes(peer));
    }

    /** The same for any peer, as long as there are places: for one that nobody else has a place for. */
    synchronized boolean reserveLast(PeerId peer) {
        return isNew(peer)
                && keep(peer, acceptance.hasRoom(peer, neighbourhood.self(), neighbourhood.peers(), reserved.size()));
    }

    private boolean isNew(PeerId peer) {
        expire();
        return !peer.equals(neighbourhood.self()) && neighbourhood.link(peer).isEmpty() && !reserved.containsKey(peer);
    }

    private boolean keep(PeerId peer, boolean welcome) {
        if (welcome) {
            reserved.put(peer, time.nanos() + config.reservation().toNanos());
        }
        return welcome;
    }

    private boolean welcomes(PeerId peer) {
        return acceptance.welcomes(peer, neighbourhood.self(), neighbourhood.peers(), reserved.size());
    }

    /** Whether this inbound link becomes a neighbour's. It uses up the place that was kept for its peer. */
    public synchronized boolean admits(PeerLink link) {
        expire();
        boolean promised = reserved.remove(link.peer()) != null;
        int taken = neighbourhood.peers().size() + reserved.size();
        return !crowdedPrefix(link) && (promised || taken < config.minNeighbours() || welcomes(link.peer()));
    }

    /** Whether this node would like the peer, which keeps a place for it, as a neighbour. */
    public synchronized boolean wants(PeerId peer) {
        return neighbourhood.peers().size() < config.minNeighbours() || welcomes(peer);
    }

    /** Whether so many neighbours share the address prefix of this peer that one more may not. */
    public boolean crowdedPrefix(PeerLink link) {
        Optional<String> prefix = prefixOf(link);
        List<PeerLink> links = neighbourhood.links();
        return prefix.isPresent()
                && links.stream()
                                .filter(other -> !other.peer().equals(link.peer())
                                        && prefixOf(other).equals(prefix))
                                .count()
                        >= config.perPrefix();
    }

    /** How many places are kept. */
    public synchronized int reserved() {
        expire();
        return reserved.size();
    }

    private static Optional<String> prefixOf(PeerLink link) {
        return AddressPrefix.of(link.address().host());
    }

    private void expire() {
        long now = time.nanos();
        reserved.values().removeIf(until -> until - now <= 0);
    }
}
