package dev.tributary.core.membership;

import dev.tributary.core.loop.HandshakeEvent;
import dev.tributary.core.loop.NodeEventPublisher;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.loop.TransportEvent;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.ConcurrencyLimit;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Decides which links are kept and which of their peers become neighbours, reads their messages, and removes them when
 * they close. Loop thread only.
 */
public final class LinkTable {

    /** Time after which a neighbour counts as known: a place is kept for it when it returns. */
    private static final Duration KNOWN_AFTER = Duration.ofMinutes(10);

    private final NeighbourTable neighbours;
    private final NeighbourSlots neighbourSlots;
    private final int creditsPerLink;
    private final TimeSource time;
    private final ArrivalLimits arrivals;
    private final PrefixLimit prefixLimit;
    private final DuplicateLinks duplicates;
    private final TransientLinks transientLinks;
    private final LinkReader reader;
    private final LinkReports reports;
    private final FlapScores flaps = new FlapScores();
    private final Map<PeerLink, ConcurrencyLimit> requestLimits = new HashMap<>();
    private final Map<PeerLink, Long> linkedSince = new LinkedHashMap<>();

    public LinkTable(
            RequestContext context,
            MembershipConfig config,
            NeighbourSlots neighbourSlots,
            NotificationChannel<TransportEvent> channel,
            NodeEventPublisher events) {
        this.neighbours = context.neighbours();
        this.neighbourSlots = neighbourSlots;
        this.creditsPerLink = context.config().limits().linkCredits();
        this.time = context.time();
        this.arrivals = new ArrivalLimits(config.arrivalsPerSecond(), neighbourSlots.familiar(), time.nanos());
        this.reports = new LinkReports(events, time);
        this.reader = new LinkReader(channel);
        this.prefixLimit = new PrefixLimit(neighbourSlots, reports, time);
        this.duplicates = new DuplicateLinks(neighbours.self(), context.timer(), time);
        neighbours.judgeFlapping(peer -> flaps.isFlapping(peer, time.nanos()));
        this.transientLinks = new TransientLinks(config, context.timer(), reader, reports);
    }

    /** Handles the event; returns the link if its peer became a neighbour. */
    public Optional<PeerLink> onHandshake(HandshakeEvent event) {
        return switch (event.kind()) {
            case ACCEPTED -> confirm(((HandshakeEvent.Accepted) event).link());
            case DIALLED -> onDialled((HandshakeEvent.Dialled) event);
            case DIAL_FAILED -> onDialFailed((HandshakeEvent.DialFailed) event);
            case HANDSHAKE_STARTED -> Optional.empty();
            case HANDSHAKE_FAILED -> onHandshakeFailed((HandshakeEvent.HandshakeFailed) event);
        };
    }

    private Optional<PeerLink> onDialled(HandshakeEvent.Dialled dialled) {
        neighbourSlots.familiar().onAnswered(dialled.address(), dialled.link().peer());
        return confirm(dialled.link());
    }

    private Optional<PeerLink> onDialFailed(HandshakeEvent.DialFailed failed) {
        reports.dialFailed(failed);
        return Optional.empty();
    }

    private Optional<PeerLink> onHandshakeFailed(HandshakeEvent.HandshakeFailed failed) {
        reports.handshakeFailed(failed);
        return Optional.empty();
    }

    /** Removes a closed link; returns how long its peer was a neighbour, if the node lost a neighbour with it. */
    public Optional<Duration> onLinkClosed(TransportEvent.LinkClosed departed) {
        PeerLink link = departed.link();
        requestLimits.remove(link);
        reader.remove(link);
        Long since = linkedSince.remove(link);
        if (since != null && time.nanos() - since >= KNOWN_AFTER.toNanos()) {
            neighbourSlots.familiar().remember(link.peer());
        }
        transientLinks.remove(link);
        if (!neighbours.remove(link)) {
            return Optional.empty();
        }
        Optional<PeerLink> remaining = newestLink(link.peer());
        if (remaining.isPresent()) {
            neighbours.add(remaining.get());
            return Optional.empty();
        }
        reports.neighbourLost(link, departed.reason());
        flaps.onLost(link.peer(), departed.reason(), time.nanos());
        duplicates.onLost(link, departed.reason(), since);
        return Optional.of(Duration.ofNanos(since == null ? 0 : time.nanos() - since));
    }

    /**
     * The newest remaining link to the peer: a replaced one that is still open. Two links that the peer dialled at once
     * may arrive in reverse order; then the peer closes the link that is the newer one here.
     */
    private Optional<PeerLink> newestLink(PeerId peer) {
        return linkedSince.keySet().stream()
                .filter(link -> link.peer().equals(peer) && !transientLinks.isVia(link))
                .reduce((older, newer) -> newer);
    }

    /** Runs a request of the link's peer within the peer's credits. */
    public <T> Mono<T> admit(PeerLink link, Mono<T> work) {
        return requestLimits
                .computeIfAbsent(link, unused -> new ConcurrencyLimit("requests of one peer", creditsPerLink))
                .admit(work);
    }

    private Optional<PeerLink> confirm(PeerLink link) {
        if (link.peer().equals(neighbours.self())) {
            link.close(new CloseReason(
                    CloseReason.Kind.SELF, "the peer is this node itself, or another one with a copy of its key"));
            return Optional.empty();
        }
        if (!isWithinArrivalLimits(link)) {
            return Optional.empty();
        }
        Optional<PeerLink> existing = neighbours.link(link.peer());
        if (existing.isPresent() && duplicates.keepsExisting(existing.get(), linkedSince.get(existing.get()), link)) {
            link.close(DuplicateLinks.anotherIsKept());
            return Optional.empty();
        }
        if (!(existing.isPresent() ? prefixLimit.admitsAgain(existing.get(), link) : admitsAsNeighbour(link))) {
            return Optional.empty();
        }
        prefixLimit.displaceFor(link);
        neighbours.add(link);
        linkedSince.put(link, time.nanos());
        reader.count(link);
        reader.read(link);
        existing.ifPresent(older -> duplicates.closeReplaced(older, link));
        if (existing.isPresent()) {
            return Optional.empty();
        }
        reports.neighbourLinked(link);
        return Optional.of(link);
    }

    /** The peer has no free neighbour slot: an outbound link to it becomes transient. Returns whether it did. */
    public boolean onFull(PeerLink link) {
        boolean becomesTransient = link.direction() == PeerLink.Direction.OUTBOUND && neighbours.remove(link);
        if (becomesTransient) {
            transientLinks.addVia(link);
        }
        return becomesTransient;
    }

    /** Closes all links of a peer. Any thread. */
    void close(PeerId peer, CloseReason reason) {
        neighbours.link(peer).ifPresent(link -> link.close(reason));
        transientLinks.close(peer, reason);
    }

    /** Outbound transient links, through which this node may search for neighbours. Any thread. */
    public List<PeerLink> transientVia() {
        return transientLinks.via();
    }

    /** Number of inbound transient links. Any thread. */
    public int transientLinks() {
        return transientLinks.inbound();
    }

    /** The peers that have been neighbours for at least this long. */
    List<PeerId> neighboursOlderThan(Duration age) {
        long cutoff = time.nanos() - age.toNanos();
        return neighbours.links().stream()
                .filter(link -> linkedSince.getOrDefault(link, cutoff) - cutoff <= 0)
                .map(PeerLink::peer)
                .toList();
    }

    private boolean isWithinArrivalLimits(PeerLink link) {
        Optional<String> exceeded = link.direction() == PeerLink.Direction.INBOUND
                ? arrivals.exceeded(link, time.nanos())
                : Optional.empty();
        exceeded.ifPresent(limit -> reports.reject(link, CloseReason.Kind.LIMIT_REACHED, limit));
        return exceeded.isEmpty();
    }

    /** Admits an outbound link within the prefix limit, an inbound one into a free slot; else it may be transient. */
    private boolean admitsAsNeighbour(PeerLink link) {
        if (link.direction() == PeerLink.Direction.OUTBOUND) {
            return prefixLimit.admits(link);
        }
        if (neighbourSlots.admit(link)) {
            return true;
        }
        prefixLimit.onNoSlot(link);
        transientLinks.accept(link);
        return false;
    }
}
