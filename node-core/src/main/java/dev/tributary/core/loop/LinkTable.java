package dev.tributary.core.loop;

import dev.tributary.core.message.Connect;
import dev.tributary.core.operation.Admission;
import dev.tributary.core.operation.Neighbourhood;
import dev.tributary.core.operation.Vacancies;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.ring.RingConfig;
import dev.tributary.core.value.NodeNotice;
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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Decides which links are confirmed and who of their peers becomes a neighbour, reads them, and notices when they end.
 * Loop thread only.
 */
final class LinkTable {

    /** Two links that come to be within this time were dialled at the same moment: longer than a handshake may take. */
    private static final Duration SAME_MOMENT = Duration.ofSeconds(10);

    /** A dead link does not live so long: whoever holds two links by then is two nodes. */
    private static final Duration TWINS = Duration.ofMinutes(2);

    /** A notice belongs to no operation. */
    private static final TransactionId NOBODYS = new TransactionId(0, 0);

    private static final Logger log = LoggerFactory.getLogger(LinkTable.class);

    private final Neighbourhood neighbourhood;
    private final NotificationChannel<TransportEvent> channel;
    private final Notices notices;
    private final int creditsPerLink;
    private final RingConfig ring;
    private final Vacancies vacancies;
    private final Scheduler timer;
    private final TimeSource time;
    private final Arrivals arrivals;
    private final Map<PeerLink, Admission> admissions = new HashMap<>();
    private final Map<PeerLink, Long> confirmed = new LinkedHashMap<>();

    /** Who looks for neighbours through this node, and through whom this node does: neither are neighbours. */
    private final Map<PeerId, PeerLink> guests = Collections.synchronizedMap(new LinkedHashMap<>());

    private final Map<PeerId, PeerLink> guestAt = Collections.synchronizedMap(new LinkedHashMap<>());

    LinkTable(
            Neighbourhood neighbourhood,
            NotificationChannel<TransportEvent> channel,
            Notices notices,
            int creditsPerLink,
            RingConfig ring,
            Vacancies vacancies,
            Scheduler timer,
            TimeSource time) {
        this.neighbourhood = neighbourhood;
        this.channel = channel;
        this.notices = notices;
        this.creditsPerLink = creditsPerLink;
        this.ring = ring;
        this.vacancies = vacancies;
        this.timer = timer;
        this.time = time;
        this.arrivals = new Arrivals(ring.arrivalsPerSecond(), time);
    }

    /** The link, if a new neighbour came with it. */
    Optional<PeerLink> onHandshake(HandshakeEvent event) {
        if (event instanceof HandshakeEvent.Accepted accepted) {
            return confirm(accepted.link());
        } else if (event instanceof HandshakeEvent.Dialled dialled) {
            return confirm(dialled.link());
        } else if (event instanceof HandshakeEvent.DialFailed failed) {
            log.debug("dial={} failed: {}", failed.address(), failed.reason());
            notices.tell(
                    new NodeNotice.DialFailed(failed.address(), failed.reason().toString()));
        } else if (event instanceof HandshakeEvent.GivenUp givenUp) {
            log.debug("from={} not confirmed: {}", givenUp.from(), givenUp.reason());
            notices.tell(new NodeNotice.PeerTurnedAway(
                    null, givenUp.from(), givenUp.reason().toString()));
        } else if (event instanceof HandshakeEvent.Arrived arrived) {
            log.trace("from={} arrived", arrived.from());
        }
        return Optional.empty();
    }

    /** For how long the link's peer was a neighbour, if one is gone with it. */
    Optional<Duration> onDeparture(TransportEvent.Departed departed) {
        PeerLink link = departed.link();
        admissions.remove(link);
        Long since = confirmed.remove(link);
        guests.remove(link.peer(), link);
        guestAt.remove(link.peer(), link);
        if (neighbourhood.remove(link)) {
            Optional<PeerLink> another = newest(link.peer());
            if (another.isPresent()) {
                neighbourhood.add(another.get());
                return Optional.empty();
            }
            log.info("peer={} departed: {}", link.peer(), departed.reason());
            if (departed.reason().kind() == CloseReason.Kind.DUPLICATE && !young(since)) {
                log.warn(
                        "peer={} says that another node is linked to it with this node's key: is there a copy of"
                                + " the data directory? Give one of the two a new key",
                        link.peer());
            }
            notices.tell(
                    new NodeNotice.PeerDeparted(link.peer(), departed.reason().toString()));
            return Optional.of(Duration.ofNanos(since == null ? 0 : time.nanos() - since));
        }
        return Optional.empty();
    }

    /**
     * Another link to the peer, which was replaced and lives on. Two that the peer dialled at once may have come in the other
     * order than they left, and then it closed the one that is the newer here.
     */
    private Optional<PeerLink> newest(PeerId peer) {
        return confirmed.keySet().stream()
                .filter(link -> link.peer().equals(peer) && !guestAt.containsValue(link))
                .reduce((older, newer) -> newer);
    }

    /** Runs a request of the link's peer in one of the credits that the peer has here. */
    <T> Mono<T> admit(PeerLink link, Mono<T> work) {
        return admissions
                .computeIfAbsent(link, unused -> new Admission("requests of one peer", creditsPerLink))
                .admit(work);
    }

    private Optional<PeerLink> confirm(PeerLink link) {
        if (link.peer().equals(neighbourhood.self())) {
            link.close(new CloseReason(
                    CloseReason.Kind.SELF, "the peer is this node itself, or another one with a copy of its key"));
            return Optional.empty();
        }
        Optional<PeerLink> other = neighbourhood.link(link.peer());
        if (other.isPresent() && prefers(other.get(), link)) {
            link.close(duplicate());
            return Optional.empty();
        }
        if (other.isEmpty() && !becomesNeighbour(link)) {
            return Optional.empty();
        }
        neighbourhood.add(link);
        confirmed.put(link, time.nanos());
        read(link);
        other.ifPresent(replaced -> end(replaced, link));
        if (other.isPresent()) {
            return Optional.empty();
        }
        log.info("peer={} linked at {}", link.peer(), link.address());
        notices.tell(new NodeNotice.PeerLinked(link.peer(), link.address()));
        return Optional.of(link);
    }

    /** The peer has all the neighbours that it admits: it lets this node look for others through it. */
    boolean onCrowded(PeerLink link) {
        boolean guest = link.direction() == PeerLink.Direction.OUTBOUND && neighbourhood.remove(link);
        if (guest) {
            guestAt.put(link.peer(), link);
            log.debug("peer={} is crowded: guest there", link.peer());
            notices.tell(new NodeNotice.PeerDeparted(link.peer(), "it has all the neighbours that it admits"));
        }
        return guest;
    }

    /** Links through which this node may look for neighbours, besides those of its own. From any thread. */
    List<PeerLink> guestAt() {
        return List.copyOf(guestAt.values());
    }

    /** How many look for neighbours through this node. From any thread. */
    int guests() {
        return guests.size();
    }

    /** The neighbours that have been some for at least so long. */
    List<PeerId> olderThan(Duration age) {
        long latest = time.nanos() - age.toNanos();
        return neighbourhood.links().stream()
                .filter(link -> confirmed.getOrDefault(link, latest) - latest <= 0)
                .map(PeerLink::peer)
                .toList();
    }

    /** Whom this node dialled it wants; of those who dial it takes whom it has a place for. */
    private boolean becomesNeighbour(PeerLink link) {
        if (link.direction() == PeerLink.Direction.OUTBOUND) {
            if (vacancies.crowdedPrefix(link)) {
                turnAway(link, CloseReason.Kind.UNWANTED, ring.perPrefix() + " neighbours share its address prefix");
                return false;
            }
            return true;
        }
        if (!arrivals.admit()) {
            turnAway(link, CloseReason.Kind.CROWDED, "more than " + ring.arrivalsPerSecond() + " arrivals a second");
            return false;
        }
        if (vacancies.admits(link)) {
            return true;
        }
        receive(link);
        return false;
    }

    /** As a guest, if there is room for one more. */
    private void receive(PeerLink link) {
        PeerLink before = guests.get(link.peer());
        if (before == null && guests.size() >= ring.guests()) {
            turnAway(link, CloseReason.Kind.CROWDED, "all places are taken, and " + ring.guests() + " guests are here");
            return;
        }
        guests.put(link.peer(), link);
        if (before != null) {
            before.close(duplicate());
        }
        read(link);
        CloseReason over = new CloseReason(CloseReason.Kind.CROWDED, "a guest may stay for " + ring.guestStay());
        link.send(new Connect.Crowded(NOBODYS, ring.guestStay()))
                .then(Mono.delay(ring.guestStay(), timer))
                .takeUntilOther(link.closed())
                .subscribe(end -> link.close(over), failure -> link.close(over));
    }

    private void turnAway(PeerLink link, CloseReason.Kind kind, String why) {
        log.debug("peer={} turned away: {}", link.peer(), why);
        notices.tell(new NodeNotice.PeerTurnedAway(link.peer(), link.address(), why));
        link.close(new CloseReason(kind, why));
    }

    /**
     * Of two links that the two nodes opened at the same moment both keep the one that the smaller id dialled. Otherwise
     * the newer stays: the older one is dead, and only we have not noticed.
     */
    private boolean prefers(PeerLink old, PeerLink fresh) {
        return young(confirmed.get(old))
                && old.direction() != fresh.direction()
                && dialler(old).compareTo(dialler(fresh)) < 0;
    }

    private boolean young(@Nullable Long since) {
        return since != null && time.nanos() - since < SAME_MOMENT.toNanos();
    }

    private void end(PeerLink replaced, PeerLink fresh) {
        if (isOursToClose(replaced, fresh)) {
            replaced.close(duplicate());
            return;
        }
        // Whichever of the two ends, the other is the neighbour's only one then.
        Mono.delay(TWINS, timer)
                .takeUntilOther(Mono.firstWithSignal(replaced.closed(), fresh.closed()))
                .subscribe(late -> endTwin(replaced, fresh), failure -> replaced.close(duplicate()));
    }

    /** One node would have closed its older link. */
    private static void endTwin(PeerLink replaced, PeerLink fresh) {
        log.warn(
                "peer={} is at {} and at {}: two nodes use the same key, and only the later one is a neighbour",
                fresh.peer(),
                replaced.address(),
                fresh.address());
        replaced.close(new CloseReason(
                CloseReason.Kind.DUPLICATE, "a link to the same peer at " + fresh.address() + " is kept"));
    }

    /** Of two links that one node dialled that node closes one; if both did, the two could close one each. */
    private static boolean isOursToClose(PeerLink replaced, PeerLink fresh) {
        return replaced.direction() != fresh.direction() || fresh.direction() == PeerLink.Direction.OUTBOUND;
    }

    private PeerId dialler(PeerLink link) {
        return link.direction() == PeerLink.Direction.OUTBOUND ? neighbourhood.self() : link.peer();
    }

    private static CloseReason duplicate() {
        return new CloseReason(CloseReason.Kind.DUPLICATE, "another link to the same peer is kept");
    }

    /** One message at a time: while the loop has no room, the link is not read, and the peer is slowed by it. */
    private void read(PeerLink link) {
        Flux<TransportEvent> events = link.messages()
                .<TransportEvent>map(message -> new TransportEvent.Received(link, message))
                .concatWith(link.closed().map(reason -> new TransportEvent.Departed(link, reason)));
        channel.sendAll(events)
                .subscribe(
                        sent -> {},
                        gone -> link.close(new CloseReason(CloseReason.Kind.STOPPING, "the node does not listen")));
    }
}
