package dev.tributary.core.operation;

import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.ring.Acceptance;
import dev.tributary.core.ring.AddressPrefix;
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

    /**
     * Keeps a place for a peer that is no neighbour and was promised none yet; false if there is none for it.
     *
     * @param adjacent whether there is one only if the peer would be next to this node on the ring
     */
    synchronized boolean reserve(PeerId peer, boolean adjacent) {
        expire();
        boolean known =
                peer.equals(neighbourhood.self()) || neighbourhood.link(peer).isPresent() || reserved.containsKey(peer);
        List<PeerId> neighbours = neighbourhood.peers();
        boolean welcome = !known
                && (!adjacent || acceptance.nextTo(neighbourhood.self(), neighbours, peer))
                && acceptance.welcomes(peer, neighbourhood.self(), neighbours, reserved.size());
        if (!welcome) {
            return false;
        }
        reserved.put(peer, time.nanos() + config.reservation().toNanos());
        return true;
    }

    /** Whether this inbound link becomes a neighbour's. It uses up the place that was kept for its peer. */
    public synchronized boolean admits(PeerLink link) {
        expire();
        boolean promised = reserved.remove(link.peer()) != null;
        int taken = neighbourhood.peers().size() + reserved.size();
        return !crowdedPrefix(link)
                && (promised
                        || taken < config.minNeighbours()
                        || acceptance.welcomes(
                                link.peer(), neighbourhood.self(), neighbourhood.peers(), reserved.size()));
    }

    /** Whether this node would like the peer, which keeps a place for it, as a neighbour. */
    public synchronized boolean wants(PeerId peer) {
        List<PeerId> neighbours = neighbourhood.peers();
        return neighbours.size() < config.minNeighbours()
                || acceptance.welcomes(peer, neighbourhood.self(), neighbours, reserved.size());
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
