package dev.tributary.core.membership;

import dev.tributary.core.error.RateLimitedLog;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.request.Cancellation;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Decides which of two links to the same peer is kept: two nodes may dial each other at once, a peer may return before
 * its dead link is noticed, or two nodes may use the same key. Loop thread only.
 */
final class DuplicateLinks {

    /** A link younger than this may have been dialled simultaneously with a newer one; longer than any handshake. */
    private static final Duration SIMULTANEOUS_DIALS = Duration.ofSeconds(10);

    /** Grace period of a replaced link, longer than a dead link lives: if both links survive, two nodes share a key. */
    private static final Duration DUPLICATE_KEY_GRACE = Duration.ofMinutes(2);

    private final PeerId self;
    private final Scheduler timer;
    private final TimeSource time;
    private final RateLimitedLog warnings;

    DuplicateLinks(PeerId self, Scheduler timer, TimeSource time) {
        this.self = self;
        this.timer = timer;
        this.time = time;
        this.warnings = new RateLimitedLog(LoggerFactory.getLogger(DuplicateLinks.class), 1, time::nanos);
    }

    /** The reason to close a link whose peer has another one. */
    static CloseReason anotherIsKept() {
        return new CloseReason(CloseReason.Kind.DUPLICATE, "another link to the same peer is kept");
    }

    /**
     * Whether the existing link is kept instead of the newer one. Of two links that the nodes dialled simultaneously,
     * both nodes keep the one dialled by the smaller id. Otherwise the newer is kept: the older one must be dead.
     *
     * @param since when the existing link was added, in nanoseconds; null if that is not known
     */
    boolean keepsExisting(PeerLink existing, @Nullable Long since, PeerLink newer) {
        return isRecent(since)
                && existing.direction() != newer.direction()
                && diallerOf(existing).compareTo(diallerOf(newer)) < 0;
    }

    /** Closes the older link now, or after the grace period if the peer should close it itself. */
    void closeReplaced(PeerLink older, PeerLink newer) {
        if (isOlderOursToClose(older, newer)) {
            older.close(anotherIsKept());
            return;
        }
        // When either link closes, the other is the only one left and no duplicate remains.
        Cancellation.until(Mono.delay(DUPLICATE_KEY_GRACE, timer), Mono.firstWithSignal(older.closed(), newer.closed()))
                .subscribe(expired -> closeForDuplicateKey(older, newer), failure -> older.close(anotherIsKept()));
    }

    /**
     * Warns if the peer closed the only link for a duplicate one that this node does not have.
     *
     * @param since when the link was added, in nanoseconds; null if that is not known
     */
    void onLost(PeerLink link, CloseReason reason, @Nullable Long since) {
        if (reason.kind() == CloseReason.Kind.DUPLICATE && !isRecent(since)) {
            warnings.log(
                    Level.WARN,
                    "duplicate key suspected peer={}: the peer has a link to another node with this node's key; if"
                            + " the data directory was copied, create a new key for one of the two nodes",
                    link.peer());
        }
    }

    private boolean isRecent(@Nullable Long since) {
        return since != null && time.nanos() - since < SIMULTANEOUS_DIALS.toNanos();
    }

    private PeerId diallerOf(PeerLink link) {
        return link.direction() == PeerLink.Direction.OUTBOUND ? self : link.peer();
    }

    /** Whether this node closes the older link: always, unless the peer dialled both and closes one itself. */
    private static boolean isOlderOursToClose(PeerLink older, PeerLink newer) {
        return older.direction() != newer.direction() || newer.direction() == PeerLink.Direction.OUTBOUND;
    }

    /** Both links outlived the grace period; a single node would have closed its older link. */
    private void closeForDuplicateKey(PeerLink older, PeerLink newer) {
        warnings.log(
                Level.WARN,
                "duplicate key peer={} older={} newer={}: two nodes use the same key, only the newer stays a neighbour",
                newer.peer(),
                older.address(),
                newer.address());
        older.close(new CloseReason(
                CloseReason.Kind.DUPLICATE, "a link to the same peer at " + newer.address() + " is kept"));
    }
}
