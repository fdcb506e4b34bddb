package dev.tributary.core.membership;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the contract code that costs more than any node allows against the peers that bring it, and closes the links
 * of a peer that goes on. The count outlives the link. Safe to use from any thread.
 */
public final class CostlyCodeLimiter {

    /** A correct node refuses such code itself and brings none; three allow for nodes with other limits. */
    private static final TokenBucket.Rate RATE = TokenBucket.Rate.of(3, Duration.ofMinutes(10));

    /** Maximum number of remembered peers; beyond it the one with the oldest fault is forgotten. */
    private static final int MAX_PEERS = 4096;

    private static final Logger log = LoggerFactory.getLogger(CostlyCodeLimiter.class);

    private final LinkTable links;
    private final TimeSource time;
    private final BoundedMap<PeerId, TokenBucket> peers = BoundedMap.leastRecentlyUsed(MAX_PEERS);

    public CostlyCodeLimiter(LinkTable links, TimeSource time) {
        this.links = links;
        this.time = time;
    }

    /** Records that the peer brought such code. */
    public void record(PeerId peer) {
        if (!admits(peer)) {
            log.debug("peer brings too much costly code, links closed peer={}", peer);
            links.close(
                    peer,
                    new CloseReason(CloseReason.Kind.PROTOCOL, "the peer brought too much code that costs too much"));
        }
    }

    private synchronized boolean admits(PeerId peer) {
        long now = time.nanos();
        return peers.computeIfAbsent(peer, unused -> new TokenBucket(RATE, now)).tryAcquire(now);
    }
}
