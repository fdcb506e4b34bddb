package dev.tributary.core.membership;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerId;
import java.util.Optional;

/**
 * Rate limits of inbound links: of one peer, of one address prefix, and of all together. Familiar peers have a limit of
 * their own, which strangers cannot use up. Every link counts, also a further one of a neighbour. Loop thread only.
 */
final class ArrivalLimits {

    /** Burst of inbound links, in seconds at the rate limit. */
    private static final int BURST_SECONDS = 3;

    /** Share of the rate that one peer may use: a peer that redials a lost link needs much less. */
    private static final int PEER_SHARE = 10;

    /** Share of the rate that one address prefix may use. */
    private static final int PREFIX_SHARE = 4;

    /** Maximum number of tracked peers, and of tracked prefixes; the least recently used one is forgotten. */
    private static final int MAX_TRACKED = 1024;

    private final FamiliarPeers familiar;
    private final int perSecond;
    private final TokenBucket strangers;
    private final TokenBucket known;
    private final BoundedMap<PeerId, TokenBucket> byPeer = BoundedMap.leastRecentlyUsed(MAX_TRACKED);
    private final BoundedMap<String, TokenBucket> byPrefix = BoundedMap.leastRecentlyUsed(MAX_TRACKED);

    ArrivalLimits(int perSecond, FamiliarPeers familiar, long now) {
        this.perSecond = perSecond;
        this.familiar = familiar;
        this.strangers = bucket(1, now);
        this.known = bucket(1, now);
    }

    /** Counts the link; returns the limit that it exceeds, or empty if it is within all. */
    Optional<String> exceeded(PeerLink link, long now) {
        if (!byPeer.computeIfAbsent(link.peer(), peer -> bucket(PEER_SHARE, now))
                .tryAcquire(now)) {
            return Optional.of("more than " + share(PEER_SHARE) + " inbound links of one peer per second");
        }
        if (familiar.contains(link.peer())) {
            return known.tryAcquire(now) ? Optional.empty() : Optional.of(tooMany(" of known peers"));
        }
        Optional<String> prefix = NeighbourSlots.prefixOf(link);
        if (prefix.isPresent()
                && !byPrefix.computeIfAbsent(prefix.get(), same -> bucket(PREFIX_SHARE, now))
                        .tryAcquire(now)) {
            return Optional.of("more than " + share(PREFIX_SHARE) + " inbound links of one address prefix per second");
        }
        return strangers.tryAcquire(now) ? Optional.empty() : Optional.of(tooMany(""));
    }

    private String tooMany(String whose) {
        return "more than " + perSecond + " inbound links" + whose + " per second";
    }

    private TokenBucket bucket(int divisor, long now) {
        return new TokenBucket(TokenBucket.Rate.perSecond(share(divisor), BURST_SECONDS), now);
    }

    private int share(int divisor) {
        return Math.max(1, perSecond / divisor);
    }
}
