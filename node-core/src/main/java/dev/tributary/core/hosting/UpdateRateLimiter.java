package dev.tributary.core.hosting;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Limits the updates of each neighbour: updates above the rate of a correct node are ignored, a contract with rejected
 * updates is ignored during a backoff, and a neighbour that continues is disconnected. Safe to use from any thread.
 */
final class UpdateRateLimiter {

    /** Maximum number of tracked pairs of neighbour and contract; beyond it the least recently used are dropped. */
    private static final int MAX_PAIRS = 8192;

    /** Rate limit of the updates of one contract by one neighbour: four times the rate of a correct node. */
    private static final TokenBucket.Rate RATE = TokenBucket.Rate.of(64, Duration.ofMillis(5));

    /** Number of consecutive rejected updates after which the contract is ignored during a backoff. */
    private static final int REJECTIONS_BEFORE_BACKOFF = 3;

    private static final long MIN_BACKOFF = Duration.ofSeconds(30).toNanos();

    private static final long MAX_BACKOFF = Duration.ofMinutes(30).toNanos();

    /** Number of backoffs of a neighbour after which it is disconnected. */
    private static final int MAX_BACKOFFS = 16;

    /** Number of updates above the rate limit after which a neighbour is disconnected. */
    private static final int MAX_EXCESS = 10_000;

    private final TimeSource time;
    private final BoundedMap<Pair, PeerBehaviour> pairs = BoundedMap.leastRecentlyUsed(MAX_PAIRS);
    private final Map<PeerId, PeerTotals> peers = new HashMap<>();

    UpdateRateLimiter(TimeSource time) {
        this.time = time;
    }

    /** Whether an update from this neighbour should be applied; counts the update. */
    synchronized boolean admits(PeerId peer, ContractInstanceId id) {
        long now = time.nanos();
        PeerBehaviour behaviour = behaviour(new Pair(peer, id), now);
        if (!behaviour.updates.tryAcquire(now)) {
            peer(peer).excess++;
            return false;
        }
        // Updates during a backoff are not counted as excess: the neighbour does not know about the backoff.
        return behaviour.ignoredUntil - now <= 0;
    }

    /** Records an update that the contract accepted; resets the rejections. */
    synchronized void recordAccepted(PeerId peer, ContractInstanceId id) {
        PeerBehaviour behaviour = pairs.get(new Pair(peer, id));
        if (behaviour != null) {
            behaviour.rejections = 0;
        }
    }

    /** Records an update that the contract rejected. */
    synchronized void recordRejected(PeerId peer, ContractInstanceId id) {
        long now = time.nanos();
        PeerBehaviour behaviour = behaviour(new Pair(peer, id), now);
        behaviour.rejections++;
        if (behaviour.rejections >= REJECTIONS_BEFORE_BACKOFF) {
            behaviour.rejections = 0;
            behaviour.backoff = Math.min(MAX_BACKOFF, Math.max(MIN_BACKOFF, 2 * behaviour.backoff));
            behaviour.ignoredUntil = now + behaviour.backoff;
            peer(peer).backoffs++;
        }
    }

    /** Whether the neighbour should be disconnected. */
    synchronized boolean shouldDisconnect(PeerId peer) {
        PeerTotals known = peers.get(peer);
        return known != null && (known.backoffs >= MAX_BACKOFFS || known.excess >= MAX_EXCESS);
    }

    /** Clears the totals of a neighbour that disconnected; the backoffs of its contracts stay. */
    synchronized void onDisconnect(PeerId peer) {
        peers.remove(peer);
    }

    private PeerTotals peer(PeerId peer) {
        return peers.computeIfAbsent(peer, unused -> new PeerTotals());
    }

    private PeerBehaviour behaviour(Pair pair, long now) {
        return pairs.computeIfAbsent(pair, unused -> new PeerBehaviour(now));
    }

    private record Pair(PeerId peer, ContractInstanceId id) {}

    /** Rate and rejections of one neighbour and contract. */
    private static final class PeerBehaviour {

        private final TokenBucket updates;
        private int rejections;
        private long backoff;
        private long ignoredUntil;

        PeerBehaviour(long now) {
            updates = new TokenBucket(RATE, now);
            ignoredUntil = now;
        }
    }

    /** Totals of one neighbour. */
    private static final class PeerTotals {

        private int backoffs;
        private int excess;
    }
}
