package dev.tributary.core.membership;

import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.loop.NotificationChannel;
import dev.tributary.core.loop.TransportEvent;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads the messages of links into the loop, and limits the number of links of one peer. Loop thread only. */
final class LinkReader {

    private static final Logger log = LoggerFactory.getLogger(LinkReader.class);
    private static final RateLimitedLog failures = RateLimitedLog.of(log);

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
        Flux<TransportEvent> messages = Flux.defer(() -> {
                    link.countUntilTaken();
                    return link.messages();
                })
                .map(message -> new TransportEvent.Received(link, message));
        Mono<TransportEvent> closed = link.closed().map(reason -> new TransportEvent.LinkClosed(link, reason));
        // A link that cannot be read is closed, and its close is an event like that of others: else it would stay.
        Flux<TransportEvent> events = messages.onErrorResume(failure -> {
                    failures.warn(failure, "link cannot be read, closes it peer={}", link.peer());
                    link.close(new CloseReason(CloseReason.Kind.PROTOCOL, "the link cannot be read"));
                    return Flux.empty();
                })
                .concatWith(closed);
        channel.sendAll(events)
                .subscribe(
                        sent -> {},
                        gone -> link.close(new CloseReason(CloseReason.Kind.STOPPING, "the node is stopping")));
    }
}
