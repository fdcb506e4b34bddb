package dev.tributary.core.membership;

import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.loop.HandshakeEvent;
import dev.tributary.core.loop.NodeEventPublisher;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.NodeEvent;
import dev.tributary.core.value.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Logs and publishes what becomes of links and handshakes. Loop thread only. */
final class LinkReports {

    /** Number of neighbours whose link or loss is logged at once: those of a start. */
    private static final int LOG_BURST = 20;

    private static final Logger log = LoggerFactory.getLogger(LinkReports.class);

    private final NodeEventPublisher events;
    private final RateLimitedLog additions;
    private final RateLimitedLog losses;

    LinkReports(NodeEventPublisher events, TimeSource time) {
        this.events = events;
        this.additions = new RateLimitedLog(log, LOG_BURST, time::nanos);
        this.losses = new RateLimitedLog(log, LOG_BURST, time::nanos);
    }

    void dialFailed(HandshakeEvent.DialFailed failed) {
        log.debug("dial failed address={} reason={}", failed.address(), failed.reason());
        events.publish(
                new NodeEvent.DialFailed(failed.address(), failed.reason().toString()));
    }

    void handshakeFailed(HandshakeEvent.HandshakeFailed failed) {
        log.debug("inbound handshake failed from={} reason={}", failed.from(), failed.reason());
        events.publish(
                new NodeEvent.PeerRejected(null, failed.from(), failed.reason().toString()));
    }

    void neighbourLinked(PeerLink link) {
        additions.log(Level.INFO, "neighbour linked peer={} address={}", link.peer(), link.address());
        events.publish(new NodeEvent.PeerAdded(link.peer(), link.address()));
    }

    void neighbourLost(PeerLink link, CloseReason reason) {
        losses.log(Level.INFO, "neighbour lost peer={} reason={}", link.peer(), reason);
        events.publish(new NodeEvent.PeerRemoved(link.peer(), reason.toString()));
    }

    /** The peer is no neighbour any more: it has no free slot for this node. */
    void becameTransient(PeerLink link) {
        log.debug("peer has no free slot, link becomes transient peer={}", link.peer());
        events.publish(new NodeEvent.PeerRemoved(link.peer(), "the peer has no free neighbour slot"));
    }

    /** Closes the link, which was never in use. */
    void reject(PeerLink link, CloseReason.Kind kind, String detail) {
        log.debug("peer rejected peer={} reason={}", link.peer(), detail);
        events.publish(new NodeEvent.PeerRejected(link.peer(), link.address(), detail));
        link.close(new CloseReason(kind, detail));
    }
}
