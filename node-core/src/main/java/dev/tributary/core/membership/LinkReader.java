package dev.tributary.core.membership;

import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.loop.TransportEvent;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import reactor.core.publisher.Flux;

/** Reads the messages of links into the loop, and limits the number of links of one peer. Loop thread only. */
final class LinkReader {

    private final NotificationChannel<TransportEvent> channel;
    private final LinksByPeer linksByPeer = new LinksByPeer();

    LinkReader(NotificationChannel<TransportEvent> channel) {
        this.channel = channel;
    }

    /** Counts a link of its peer. Closes the oldest one beyond the limit of links of one peer. */
    void count(PeerLink link) {
        linksByPeer
                .add(link)
                .ifPresent(oldest -> oldest.close(new CloseReason(
                        CloseReason.Kind.DUPLICATE, "the peer has " + LinksByPeer.MAX + " newer links")));
    }

    /** Stops counting a closed link. */
    void remove(PeerLink link) {
        linksByPeer.remove(link);
    }

    /** Forwards one message at a time: while the loop's channel is full, the link is not read, which slows the peer. */
    void read(PeerLink link) {
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
