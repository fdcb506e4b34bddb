package dev.tributary.core.operation;

import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.ring.Observation;
import dev.tributary.core.ring.Ring;
import dev.tributary.core.ring.Router;
import dev.tributary.core.ring.RoutingHistory;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TimeSource;
import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The peers we hold a link to, where they are on the ring, and what was learned about them. Written by the loop alone;
 * any thread may read, and sees one consistent moment, and any thread may say how an exchange ended.
 */
public final class Neighbourhood {

    private final RoutingHistory history;
    private volatile Snapshot now;
    private volatile Runnable listener = () -> {};

    public Neighbourhood(PeerId self, TimeSource time) {
        history = new RoutingHistory(time);
        now = new Snapshot(Ring.of(self, List.of()), Map.of());
    }

    public PeerId self() {
        return now.ring.self();
    }

    /** The confirmed link to this peer. */
    public Optional<PeerLink> link(PeerId peer) {
        return Optional.ofNullable(now.links.get(peer));
    }

    /** All confirmed links, in the order of their confirmation. */
    public List<PeerLink> links() {
        return List.copyOf(now.links.values());
    }

    /** All neighbours, in the order of their confirmation. */
    public List<PeerId> peers() {
        return now.ring.neighbours();
    }

    /** Says who hears at once, on the loop thread, that neighbours came or went: one only, which returns at once. */
    void onChange(Runnable heard) {
        listener = heard;
    }

    /**
     * Makes this the link to its peer. If there was another one, what was sent on that may be lost, so the peer is gone for
     * a moment, and new. Loop thread only.
     */
    public void add(PeerLink link) {
        link(link.peer()).ifPresent(this::remove);
        change(links -> links.put(link.peer(), link));
        history.linked(link.peer());
    }

    /** Forgets this link; false if another one has taken its place. Loop thread only. */
    public boolean remove(PeerLink link) {
        if (!link.equals(now.links.get(link.peer()))) {
            return false;
        }
        change(links -> links.remove(link.peer()));
        return true;
    }

    /** Links to the neighbours closer to the location than this node, the best first; see {@link Router#nextHops}. */
    List<PeerLink> nextHops(RingLocation target, Predicate<PeerId> excluded) {
        Snapshot snapshot = now;
        return snapshot.links(history.router(snapshot.ring).nextHops(target, excluded));
    }

    /** The same, and then links to neighbours that are not closer; see {@link Router#anyHops}. */
    List<PeerLink> anyHops(RingLocation target, Predicate<PeerId> excluded) {
        Snapshot snapshot = now;
        return snapshot.links(history.router(snapshot.ring).anyHops(target, excluded));
    }

    /** Links to the neighbours nearest to the location, nearest first; see {@link Ring#nearest}. */
    List<PeerLink> nearest(RingLocation target, Predicate<PeerId> excluded) {
        Snapshot snapshot = now;
        return snapshot.links(snapshot.ring.nearest(target, excluded));
    }

    /** Watches an exchange that begins now, for later choices. */
    Observation observe(PeerId peer, RingLocation target) {
        return history.observe(peer, target);
    }

    private void change(Consumer<Map<PeerId, PeerLink>> edit) {
        Map<PeerId, PeerLink> links = new LinkedHashMap<>(now.links);
        edit.accept(links);
        now = new Snapshot(Ring.of(self(), links.keySet()), links);
        listener.run();
    }

    private record Snapshot(Ring ring, Map<PeerId, PeerLink> links) {

        List<PeerLink> links(List<PeerId> peers) {
            return new Links(peers, links);
        }
    }

    /** Looked up one by one when they are asked for: of many that could be asked mostly the first is. */
    private static final class Links extends AbstractList<PeerLink> implements RandomAccess {

        private final List<PeerId> peers;
        private final Map<PeerId, PeerLink> links;

        Links(List<PeerId> peers, Map<PeerId, PeerLink> links) {
            this.peers = peers;
            this.links = links;
        }

        @Override
        public PeerLink get(int index) {
            return Objects.requireNonNull(links.get(peers.get(index)));
        }

        @Override
        public int size() {
            return peers.size();
        }
    }
}
