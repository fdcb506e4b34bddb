package dev.tributary.core.request;

import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.ring.ExchangeTimer;
import dev.tributary.core.ring.Ring;
import dev.tributary.core.ring.Router;
import dev.tributary.core.ring.RoutingHistory;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import dev.tributary.core.value.TimeSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The neighbours of this node: their links, ring locations and routing history. Only the event loop adds and removes
 * links; any thread may read, and sees a consistent snapshot, and any thread may record how an exchange ended.
 */
public final class NeighbourTable {

    private final RoutingHistory history;
    private volatile Snapshot current;
    private volatile Runnable listener = () -> {};
    private volatile Predicate<PeerId> isFlapping = peer -> false;
    private volatile Predicate<PeerLink> isSilent = link -> false;

    public NeighbourTable(PeerId self, TimeSource time) {
        history = new RoutingHistory(time);
        current = new Snapshot(Ring.of(self, List.of()), Map.of());
    }

    public PeerId self() {
        return current.ring.self();
    }

    /** The confirmed link to this peer. */
    public Optional<PeerLink> link(PeerId peer) {
        return Optional.ofNullable(current.links.get(peer));
    }

    /** All confirmed links, in the order of their confirmation. */
    public List<PeerLink> links() {
        return List.copyOf(current.links.values());
    }

    /** All neighbours, in the order of their confirmation. */
    public List<PeerId> peers() {
        return current.ring.neighbours();
    }

    /** Sets how to tell a neighbour whose links break again and again; called on any thread. */
    public void judgeFlapping(Predicate<PeerId> isFlapping) {
        this.isFlapping = isFlapping;
    }

    /** Sets how to tell a neighbour that answers nothing; called on any thread. */
    public void judgeSilent(Predicate<PeerLink> isSilent) {
        this.isSilent = isSilent;
    }

    /**
     * The neighbours whose links break again and again, or that answer nothing: they stay neighbours, but what must last
     * is not left to them. Empty if it is so for most neighbours: then the fault is this node's own.
     */
    public Set<PeerId> unreliable() {
        Map<PeerId, PeerLink> links = current.links;
        Set<PeerId> unreliable = links.values().stream()
                .filter(link -> isFlapping.test(link.peer()) || isSilent.test(link))
                .map(PeerLink::peer)
                .collect(Collectors.toUnmodifiableSet());
        return 2 * unreliable.size() > links.size() ? Set.of() : unreliable;
    }

    /** Calls the listener: a neighbour became unreliable, or is reliable again. Any thread. */
    public void onReliabilityChange() {
        listener.run();
    }

    /**
     * Sets the one listener, called after a neighbour was added or removed, and on any thread after one became unreliable
     * or reliable again; it must not block.
     */
    public void onChange(Runnable listener) {
        this.listener = listener;
    }

    /**
     * Makes this the link to its peer. A previous link is removed first, as if the peer had left: messages sent on it
     * may be lost. Loop thread only.
     */
    public void add(PeerLink link) {
        link(link.peer()).ifPresent(this::remove);
        change(links -> links.put(link.peer(), link));
        history.recordAlive(link.peer());
    }

    /** Removes this link; false if it is not the current link to its peer. Loop thread only. */
    public boolean remove(PeerLink link) {
        if (!link.equals(current.links.get(link.peer()))) {
            return false;
        }
        change(links -> links.remove(link.peer()));
        return true;
    }

    /** Links to the neighbours closer to the location than this node, the best first; see {@link Router#nextHops}. */
    public List<PeerLink> nextHops(RingLocation target, Predicate<PeerId> excluded) {
        Snapshot snapshot = current;
        return snapshot.links(history.router(snapshot.ring).nextHops(target, excluded));
    }

    /** The same, followed by links to neighbours that are not closer; see {@link Router#nextHopsWithDetours}. */
    public List<PeerLink> anyHops(RingLocation target, Predicate<PeerId> excluded) {
        Snapshot snapshot = current;
        return snapshot.links(history.router(snapshot.ring).nextHopsWithDetours(target, excluded));
    }

    /** Links to the neighbours nearest to the location, nearest first; see {@link Ring#nearest}. */
    public List<PeerLink> nearest(RingLocation target, Predicate<PeerId> excluded) {
        Snapshot snapshot = current;
        return snapshot.links(snapshot.ring.nearest(target, excluded));
    }

    /** Starts recording an exchange, which informs later routing decisions. */
    ExchangeTimer observe(PeerId peer, RingLocation target) {
        return history.startExchange(peer, target);
    }

    /** Records that another neighbour found the contract at this location which the peer did not find. */
    void recordNotFound(PeerId peer, RingLocation target) {
        history.recordNotFound(peer, target);
    }

    private void change(Consumer<Map<PeerId, PeerLink>> edit) {
        Map<PeerId, PeerLink> links = new LinkedHashMap<>(current.links);
        edit.accept(links);
        current = new Snapshot(Ring.of(self(), links.keySet()), links);
        listener.run();
    }

    private record Snapshot(Ring ring, Map<PeerId, PeerLink> links) {

        List<PeerLink> links(List<PeerId> peers) {
            return new LinkList(peers, links);
        }
    }
}
