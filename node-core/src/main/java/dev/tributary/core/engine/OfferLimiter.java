package dev.tributary.core.engine;

import dev.tributary.core.error.NodeBusyException;
import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;

/**
 * Limits the replicas that a peer offers: each is looked up on the loop's thread. Counts for the peer, whatever the number of
 * its links. Loop thread only.
 */
final class OfferLimiter {

    /** Offers of the largest size a second, and at once: a correct peer sends one a second, and small ones for GETs. */
    private static final int OFFERS_PER_SECOND = 10;

    private static final TokenBucket.Rate RATE = TokenBucket.Rate.perSecond(OFFERS_PER_SECOND * Hosting.Offer.MAX, 2);

    /** Number of refused offers, one directly after the other, after which a peer is disconnected. */
    private static final int MAX_EXCESS = 100;

    /** Maximum number of remembered peers, more than a node has links; beyond it the least recent is forgotten. */
    private static final int MAX_PEERS = 1024;

    private final TimeSource time;
    private final BoundedMap<PeerId, Offers> peers = BoundedMap.leastRecentlyUsed(MAX_PEERS);

    private static final class Offers {

        private final TokenBucket replicas;
        private int excess;

        Offers(long now) {
            replicas = new TokenBucket(RATE, now);
        }
    }

    OfferLimiter(TimeSource time) {
        this.time = time;
    }

    /** Counts the offer; throws {@link NodeBusyException} if the peer offers too much. */
    void admit(PeerId peer, Hosting.Offer offer) {
        long now = time.nanos();
        Offers offers = peers.computeIfAbsent(peer, unused -> new Offers(now));
        if (!offers.replicas.tryAcquire(now, Math.max(1, offer.replicas().size()))) {
            offers.excess++;
            throw new NodeBusyException(
                    "replicas offered by one peer in a second", OFFERS_PER_SECOND * Hosting.Offer.MAX);
        }
        offers.excess = 0;
    }

    /** Whether the peer goes on although its offers are refused. */
    boolean isAbusive(PeerId peer) {
        Offers offers = peers.get(peer);
        return offers != null && offers.excess >= MAX_EXCESS;
    }
}
