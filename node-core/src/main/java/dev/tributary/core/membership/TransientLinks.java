package dev.tributary.core.membership;

import dev.tributary.core.message.Connect;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Cancellation;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Links whose peers are not neighbours: one of the two nodes searches for neighbours through the other, for a limited
 * time. Loop thread only, except where stated.
 */
final class TransientLinks {

    /** Share of the inbound transient links that one address prefix may use. */
    private static final int PREFIX_SHARE = 8;

    /** Transaction id of a one-way message, which belongs to no operation. */
    private static final TransactionId NO_TRANSACTION = new TransactionId(0, 0);

    private final MembershipConfig config;
    private final Scheduler timer;
    private final LinkReader reader;
    private final LinkReports reports;

    /** Inbound links: their peers search for neighbours through this node. */
    private final Map<PeerId, PeerLink> inbound = Collections.synchronizedMap(new LinkedHashMap<>());

    /** Outbound links, through which this node searches for neighbours. */
    private final Map<PeerId, PeerLink> via = Collections.synchronizedMap(new LinkedHashMap<>());

    TransientLinks(MembershipConfig config, Scheduler timer, LinkReader reader, LinkReports reports) {
        this.config = config;
        this.timer = timer;
        this.reader = reader;
        this.reports = reports;
    }

    /** Keeps an inbound link for a limited time, if the limit of transient links allows it; rejects it if not. */
    void accept(PeerLink link) {
        PeerLink before = inbound.get(link.peer());
        Optional<String> exceeded = before == null ? exceededBy(link) : Optional.empty();
        if (exceeded.isPresent()) {
            reports.reject(link, CloseReason.Kind.LIMIT_REACHED, exceeded.get());
            return;
        }
        inbound.put(link.peer(), link);
        reader.count(link);
        if (before != null) {
            before.close(DuplicateLinks.anotherIsKept());
        }
        reader.read(link);
        expire(link);
    }

    /** Returns the limit that a link of a further peer exceeds, or empty if it is within all. */
    private Optional<String> exceededBy(PeerLink link) {
        if (inbound.size() >= config.maxTransientLinks()) {
            return Optional.of(
                    "no free neighbour slot, and all " + config.maxTransientLinks() + " transient links are in use");
        }
        return isPrefixFull(link) ? Optional.of("too many transient links of its address prefix") : Optional.empty();
    }

    private boolean isPrefixFull(PeerLink link) {
        Optional<String> prefix = NeighbourSlots.prefixOf(link);
        int limit = Math.max(1, config.maxTransientLinks() / PREFIX_SHARE);
        return prefix.isPresent()
                && List.copyOf(inbound.values()).stream()
                                .filter(other -> NeighbourSlots.prefixOf(other).equals(prefix))
                                .count()
                        >= limit;
    }

    /** Tells the peer how long it may use the link, and closes the link then. */
    private void expire(PeerLink link) {
        CloseReason expired = new CloseReason(
                CloseReason.Kind.LIMIT_REACHED, "a transient link is closed after " + config.transientLinkTimeout());
        Mono<Long> lifetime = link.send(new Connect.Full(NO_TRANSACTION, config.transientLinkTimeout()))
                .then(Mono.delay(config.transientLinkTimeout(), timer));
        Cancellation.until(lifetime, link.closed())
                .subscribe(end -> link.close(expired), failure -> link.close(expired));
    }

    /** Adds an outbound link whose peer has no free neighbour slot. */
    void addVia(PeerLink link) {
        via.put(link.peer(), link);
        reports.becameTransient(link);
    }

    /** Whether this node searches for neighbours through the link. */
    boolean isVia(PeerLink link) {
        return via.containsValue(link);
    }

    /** Forgets a closed link. */
    void remove(PeerLink link) {
        inbound.remove(link.peer(), link);
        via.remove(link.peer(), link);
    }

    /** Closes the links of a peer. Any thread. */
    void close(PeerId peer, CloseReason reason) {
        Optional.ofNullable(inbound.get(peer)).ifPresent(link -> link.close(reason));
        Optional.ofNullable(via.get(peer)).ifPresent(link -> link.close(reason));
    }

    /** Outbound links, through which this node may search for neighbours. Any thread. */
    List<PeerLink> via() {
        return List.copyOf(via.values());
    }

    /** Number of inbound links. Any thread. */
    int inbound() {
        return inbound.size();
    }
}
