package dev.tributary.core.membership;

import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.loop.HandshakeEvent;
import dev.tributary.core.loop.NodeEventPublisher;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.loop.TransportEvent;
import dev.tributary.core.message.Connect;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Cancellation;
import dev.tributary.core.request.ConcurrencyLimit;
import dev.tributary.core.request.NeighbourTable;
import dev.tributary.core.request.RequestContext;
import dev.tributary.core.ring.AddressPrefix;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Decides which links are kept and which of their peers become neighbours, reads their messages, and removes them when
 * they close. Loop thread only.
 */
public final class LinkTable {

    /** A link younger than this may have been dialled simultaneously with a newer one; longer than any handshake. */
    private static final Duration SIMULTANEOUS_DIALS = Duration.ofSeconds(10);

    /** Grace period of a replaced link, longer than a dead link lives: if both links survive, two nodes share a key. */
    private static final Duration DUPLICATE_KEY_GRACE = Duration.ofMinutes(2);

    /** Time after which a neighbour counts as known: a place is kept for it when it returns. */
    private static final Duration KNOWN_AFTER = Duration.ofMinutes(10);

    /** Share of the transient links that one address prefix may use. */
    private static final int TRANSIENT_PREFIX_SHARE = 8;

    /** Number of neighbours whose link or loss is logged at once: those of a start. */
    private static final int LOG_BURST = 20;

    /** Transaction id of a one-way message, which belongs to no operation. */
    private static final TransactionId NO_TRANSACTION = new TransactionId(0, 0);

    private static final Logger log = LoggerFactory.getLogger(LinkTable.class);

    private final NeighbourTable neighbours;
    private final NotificationChannel<TransportEvent> channel;
    private final NodeEventPublisher events;
    private final int creditsPerLink;
    private final MembershipConfig config;
    private final NeighbourSlots neighbourSlots;
    private final Scheduler timer;
    private final TimeSource time;
    private final ArrivalLimits arrivals;
    private final LinksByPeer linksByPeer = new LinksByPeer();
    private final RateLimitedLog additions;
    private final RateLimitedLog losses;
    private final RateLimitedLog duplicates;
    private final RateLimitedLog prefixes;
    private final Map<PeerLink, ConcurrencyLimit> requestLimits = new HashMap<>();
    private final Map<PeerLink, Long> linkedSince = new LinkedHashMap<>();

    /** Inbound transient links: their peers search for neighbours through this node and are not neighbours. */
    private final Map<PeerId, PeerLink> transientLinks = Collections.synchronizedMap(new LinkedHashMap<>());

    /** Outbound transient links, through which this node searches for neighbours. */
    private final Map<PeerId, PeerLink> transientVia = Collections.synchronizedMap(new LinkedHashMap<>());

    public LinkTable(
            RequestContext context,
            MembershipConfig config,
            NeighbourSlots neighbourSlots,
            NotificationChannel<TransportEvent> channel,
            NodeEventPublisher events) {
        this.neighbours = context.neighbours();
        this.creditsPerLink = context.config().limits().linkCredits();
        this.timer = context.timer();
        this.time = context.time();
        this.config = config;
        this.neighbourSlots = neighbourSlots;
        this.channel = channel;
        this.events = events;
        this.arrivals = new ArrivalLimits(config.arrivalsPerSecond(), neighbourSlots.familiar(), time.nanos());
        this.additions = new RateLimitedLog(log, LOG_BURST, time::nanos);
        this.losses = new RateLimitedLog(log, LOG_BURST, time::nanos);
        this.prefixes = new RateLimitedLog(log, 1, time::nanos);
        this.duplicates = new RateLimitedLog(log, 1, time::nanos);
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
        log.debug("dial failed address={} reason={}", failed.address(), failed.reason());
        events.publish(
                new NodeEvent.DialFailed(failed.address(), failed.reason().toString()));
        return Optional.empty();
    }

    private Optional<PeerLink> onHandshakeFailed(HandshakeEvent.HandshakeFailed failed) {
        log.debug("inbound handshake failed from={} reason={}", failed.from(), failed.reason());
        events.publish(
                new NodeEvent.PeerRejected(null, failed.from(), failed.reason().toString()));
        return Optional.empty();
    }

    /** Removes a closed link; returns how long its peer was a neighbour, if the node lost a neighbour with it. */
    public Optional<Duration> onLinkClosed(TransportEvent.LinkClosed departed) {
        PeerLink link = departed.link();
        requestLimits.remove(link);
        linksByPeer.remove(link);
        Long since = linkedSince.remove(link);
        if (since != null && time.nanos() - since >= KNOWN_AFTER.toNanos()) {
            neighbourSlots.familiar().remember(link.peer());
        }
        transientLinks.remove(link.peer(), link);
        transientVia.remove(link.peer(), link);
        if (neighbours.remove(link)) {
            Optional<PeerLink> remaining = newestLink(link.peer());
            if (remaining.isPresent()) {
                neighbours.add(remaining.get());
                return Optional.empty();
            }
            losses.log(Level.INFO, "neighbour lost peer={} reason={}", link.peer(), departed.reason());
            if (departed.reason().kind() == CloseReason.Kind.DUPLICATE && !isRecent(since)) {
                duplicates.log(
                        Level.WARN,
                        "duplicate key suspected peer={}: the peer has a link to another node with this node's key; if"
                                + " the data directory was copied, create a new key for one of the two nodes",
                        link.peer());
            }
            events.publish(
                    new NodeEvent.PeerRemoved(link.peer(), departed.reason().toString()));
            return Optional.of(Duration.ofNanos(since == null ? 0 : time.nanos() - since));
        }
        return Optional.empty();
    }

    /**
     * The newest remaining link to the peer: a replaced one that is still open. Two links that the peer dialled at once
     * may arrive in reverse order; then the peer closes the link that is the newer one here.
     */
    private Optional<PeerLink> newestLink(PeerId peer) {
        return linkedSince.keySet().stream()
                .filter(link -> link.peer().equals(peer) && !transientVia.containsValue(link))
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
        if (existing.isPresent() && keepsExisting(existing.get(), link)) {
            link.close(duplicateLink());
            return Optional.empty();
        }
        if (!(existing.isPresent() ? admitsAgain(existing.get(), link) : admitsAsNeighbour(link))) {
            return Optional.empty();
        }
        neighbourSlots.displacedBy(link).ifPresent(this::closeDisplaced);
        neighbours.add(link);
        linkedSince.put(link, time.nanos());
        count(link);
        read(link);
        existing.ifPresent(older -> closeReplaced(older, link));
        if (existing.isPresent()) {
            return Optional.empty();
        }
        additions.log(Level.INFO, "neighbour linked peer={} address={}", link.peer(), link.address());
        events.publish(new NodeEvent.PeerAdded(link.peer(), link.address()));
        return Optional.of(link);
    }

    /** The peer has no free neighbour slot: an outbound link to it becomes transient. Returns whether it did. */
    public boolean onFull(PeerLink link) {
        boolean becomesTransient = link.direction() == PeerLink.Direction.OUTBOUND && neighbours.remove(link);
        if (becomesTransient) {
            transientVia.put(link.peer(), link);
            log.debug("peer has no free slot, link becomes transient peer={}", link.peer());
            events.publish(new NodeEvent.PeerRemoved(link.peer(), "the peer has no free neighbour slot"));
        }
        return becomesTransient;
    }

    /** Closes all links of a peer. Any thread. */
    void close(PeerId peer, CloseReason reason) {
        neighbours.link(peer).ifPresent(link -> link.close(reason));
        Optional.ofNullable(transientLinks.get(peer)).ifPresent(link -> link.close(reason));
        Optional.ofNullable(transientVia.get(peer)).ifPresent(link -> link.close(reason));
    }

    /** Outbound transient links, through which this node may search for neighbours. Any thread. */
    public List<PeerLink> transientVia() {
        return List.copyOf(transientVia.values());
    }

    /** Number of inbound transient links. Any thread. */
    public int transientLinks() {
        return transientLinks.size();
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
        exceeded.ifPresent(limit -> reject(link, CloseReason.Kind.LIMIT_REACHED, limit));
        return exceeded.isEmpty();
    }

    /** Admits an outbound link within the prefix limit, an inbound one into a free slot; else it may be transient. */
    private boolean admitsAsNeighbour(PeerLink link) {
        if (link.direction() == PeerLink.Direction.OUTBOUND) {
            return isWithinPrefixLimit(link);
        }
        if (neighbourSlots.admit(link)) {
            return true;
        }
        if (neighbourSlots.isPrefixFull(link, false)) {
            warnOfPrefixLimit(link);
        }
        acceptTransient(link);
        return false;
    }

    /** Admits a link of a peer that has a slot already, unless it now connects from another prefix that is full. */
    private boolean admitsAgain(PeerLink existing, PeerLink link) {
        return prefixOf(existing).equals(prefixOf(link)) || isWithinPrefixLimit(link);
    }

    private static Optional<String> prefixOf(PeerLink link) {
        return link.remote().flatMap(AddressPrefix::of);
    }

    private boolean isWithinPrefixLimit(PeerLink link) {
        if (!neighbourSlots.isPrefixFull(link, false)) {
            return true;
        }
        warnOfPrefixLimit(link);
        reject(link, CloseReason.Kind.NOT_NEEDED, prefixLimit());
        return false;
    }

    private String prefixLimit() {
        return neighbourSlots.maxPerPrefix() + " neighbours share its address prefix already (ring.per-prefix)";
    }

    private void warnOfPrefixLimit(PeerLink link) {
        prefixes.log(
                Level.WARN,
                "address prefix full peer={} address={} setting=ring.per-prefix limit={}: more peers behind one"
                        + " address need a higher limit",
                link.peer().brief(),
                link.address(),
                neighbourSlots.maxPerPrefix());
    }

    /** A ring neighbour or an operator's peer takes the place of another neighbour of its prefix. */
    private void closeDisplaced(PeerLink displaced) {
        warnOfPrefixLimit(displaced);
        displaced.close(new CloseReason(CloseReason.Kind.NOT_NEEDED, prefixLimit()));
    }

    /** Counts a link of its peer. Closes the oldest one beyond the limit of links of one peer. */
    private void count(PeerLink link) {
        linksByPeer
                .add(link)
                .ifPresent(oldest -> oldest.close(new CloseReason(
                        CloseReason.Kind.DUPLICATE, "the peer has " + LinksByPeer.MAX + " newer links")));
    }

    /** Keeps the link as a transient one for a limited time, if the limit of transient links allows it. */
    private void acceptTransient(PeerLink link) {
        PeerLink before = transientLinks.get(link.peer());
        if (before == null && transientLinks.size() >= config.maxTransientLinks()) {
            reject(
                    link,
                    CloseReason.Kind.LIMIT_REACHED,
                    "no free neighbour slot, and all " + config.maxTransientLinks() + " transient links are in use");
            return;
        }
        if (before == null && isTransientPrefixFull(link)) {
            reject(link, CloseReason.Kind.LIMIT_REACHED, "too many transient links of its address prefix");
            return;
        }
        transientLinks.put(link.peer(), link);
        count(link);
        if (before != null) {
            before.close(duplicateLink());
        }
        read(link);
        CloseReason expired = new CloseReason(
                CloseReason.Kind.LIMIT_REACHED, "a transient link is closed after " + config.transientLinkTimeout());
        Mono<Long> lifetime = link.send(new Connect.Full(NO_TRANSACTION, config.transientLinkTimeout()))
                .then(Mono.delay(config.transientLinkTimeout(), timer));
        Cancellation.until(lifetime, link.closed())
                .subscribe(end -> link.close(expired), failure -> link.close(expired));
    }

    private boolean isTransientPrefixFull(PeerLink link) {
        Optional<String> prefix = prefixOf(link);
        int limit = Math.max(1, config.maxTransientLinks() / TRANSIENT_PREFIX_SHARE);
        return prefix.isPresent()
                && List.copyOf(transientLinks.values()).stream()
                                .filter(other -> prefixOf(other).equals(prefix))
                                .count()
                        >= limit;
    }

    private void reject(PeerLink link, CloseReason.Kind kind, String detail) {
        log.debug("peer rejected peer={} reason={}", link.peer(), detail);
        events.publish(new NodeEvent.PeerRejected(link.peer(), link.address(), detail));
        link.close(new CloseReason(kind, detail));
    }

    /**
     * Whether the existing link is kept instead of the newer one. Of two links that the nodes dialled simultaneously,
     * both nodes keep the one dialled by the smaller id. Otherwise the newer is kept: the older one must be dead.
     */
    private boolean keepsExisting(PeerLink existing, PeerLink newer) {
        return isRecent(linkedSince.get(existing))
                && existing.direction() != newer.direction()
                && diallerOf(existing).compareTo(diallerOf(newer)) < 0;
    }

    private boolean isRecent(@Nullable Long since) {
        return since != null && time.nanos() - since < SIMULTANEOUS_DIALS.toNanos();
    }

    private void closeReplaced(PeerLink older, PeerLink newer) {
        if (isOlderOursToClose(older, newer)) {
            older.close(duplicateLink());
            return;
        }
        // When either link closes, the other is the only one left and no duplicate remains.
        Mono.delay(DUPLICATE_KEY_GRACE, timer)
                .takeUntilOther(Mono.firstWithSignal(older.closed(), newer.closed()))
                .subscribe(expired -> closeForDuplicateKey(older, newer), failure -> older.close(duplicateLink()));
    }

    /** Both links outlived the grace period; a single node would have closed its older link. */
    private void closeForDuplicateKey(PeerLink older, PeerLink newer) {
        duplicates.log(
                Level.WARN,
                "duplicate key peer={} older={} newer={}: two nodes use the same key, only the newer stays a neighbour",
                newer.peer(),
                older.address(),
                newer.address());
        older.close(new CloseReason(
                CloseReason.Kind.DUPLICATE, "a link to the same peer at " + newer.address() + " is kept"));
    }

    /** Whether this node closes the older link: always, unless the peer dialled both and closes one itself. */
    private static boolean isOlderOursToClose(PeerLink older, PeerLink newer) {
        return older.direction() != newer.direction() || newer.direction() == PeerLink.Direction.OUTBOUND;
    }

    private PeerId diallerOf(PeerLink link) {
        return link.direction() == PeerLink.Direction.OUTBOUND ? neighbours.self() : link.peer();
    }

    private static CloseReason duplicateLink() {
        return new CloseReason(CloseReason.Kind.DUPLICATE, "another link to the same peer is kept");
    }

    /** Forwards one message at a time: while the loop's channel is full, the link is not read, which slows the peer. */
    private void read(PeerLink link) {
        link.countUntilTaken();
        Flux<TransportEvent> events = link.messages()
                .<TransportEvent>map(message -> new TransportEvent.Received(link, message))
                .concatWith(link.closed().map(reason -> new TransportEvent.LinkClosed(link, reason)));
        channel.sendAll(events)
                .subscribe(
                        sent -> {},
                        gone -> link.close(new CloseReason(CloseReason.Kind.STOPPING, "the node is stopping")));
    }
}
