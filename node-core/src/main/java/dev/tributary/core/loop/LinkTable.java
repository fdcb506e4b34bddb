package dev.tributary.core.loop;

import dev.tributary.core.operation.Admission;
import dev.tributary.core.operation.Neighbourhood;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.NodeNotice;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Decides which links are confirmed, reads them, and notices when they end. Loop thread only. */
final class LinkTable {

    /** Two links that come to be within this time were dialled at the same moment: longer than a handshake may take. */
    private static final Duration SAME_MOMENT = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(LinkTable.class);

    private final Neighbourhood neighbourhood;
    private final NotificationChannel<TransportEvent> channel;
    private final Notices notices;
    private final int creditsPerLink;
    private final TimeSource time;
    private final Map<PeerLink, Admission> admissions = new HashMap<>();
    private final Map<PeerLink, Long> confirmed = new HashMap<>();

    LinkTable(
            Neighbourhood neighbourhood,
            NotificationChannel<TransportEvent> channel,
            Notices notices,
            int creditsPerLink,
            TimeSource time) {
        this.neighbourhood = neighbourhood;
        this.channel = channel;
        this.notices = notices;
        this.creditsPerLink = creditsPerLink;
        this.time = time;
    }

    void onHandshake(HandshakeEvent event) {
        if (event instanceof HandshakeEvent.Accepted accepted) {
            confirm(accepted.link());
        } else if (event instanceof HandshakeEvent.Dialled dialled) {
            confirm(dialled.link());
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
    }

    void onDeparture(TransportEvent.Departed departed) {
        PeerLink link = departed.link();
        admissions.remove(link);
        confirmed.remove(link);
        if (neighbourhood.remove(link)) {
            log.info("peer={} departed: {}", link.peer(), departed.reason());
            notices.tell(
                    new NodeNotice.PeerDeparted(link.peer(), departed.reason().toString()));
        }
    }

    /** Runs a request of the link's peer in one of the credits that the peer has here. */
    <T> Mono<T> admit(PeerLink link, Mono<T> work) {
        return admissions
                .computeIfAbsent(link, unused -> new Admission("requests of one peer", creditsPerLink))
                .admit(work);
    }

    private void confirm(PeerLink link) {
        if (link.peer().equals(neighbourhood.self())) {
            link.close(new CloseReason(CloseReason.Kind.SELF, "this is the same node"));
            return;
        }
        Optional<PeerLink> other = neighbourhood.link(link.peer());
        if (other.isPresent() && prefers(other.get(), link)) {
            link.close(duplicate());
            return;
        }
        neighbourhood.add(link);
        confirmed.put(link, time.nanos());
        read(link);
        other.filter(replaced -> isOursToClose(replaced, link)).ifPresent(replaced -> replaced.close(duplicate()));
        if (other.isEmpty()) {
            log.info("peer={} linked at {}", link.peer(), link.address());
            notices.tell(new NodeNotice.PeerLinked(link.peer(), link.address()));
        }
    }

    /**
     * Of two links that the two nodes opened at the same moment both keep the one that the smaller id dialled. Otherwise
     * the newer stays: the older one is dead, and only we have not noticed.
     */
    private boolean prefers(PeerLink old, PeerLink fresh) {
        Long since = confirmed.get(old);
        boolean young = since != null && time.nanos() - since < SAME_MOMENT.toNanos();
        return young && old.direction() != fresh.direction() && dialler(old).compareTo(dialler(fresh)) < 0;
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
