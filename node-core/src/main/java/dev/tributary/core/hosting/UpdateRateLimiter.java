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
 * Limits what the updates of each neighbour cost: those that wait or are being applied have a rate, and if the neighbour
 * asks for no acknowledgements, so have those that change nothing. What is above it is ignored, and a neighbour that sends
 * far too many is disconnected. A neighbour that asks sends no more than this node acknowledges. Updates that a contract
 * rejects silence that neighbour for that contract during a backoff and have no other effect: replicas that a partition
 * left with states that exclude each other are the contract's fault, not the neighbour's. Safe to use from any thread.
 */
final class UpdateRateLimiter {

    /** Maximum number of tracked pairs of neighbour and contract; beyond it the least recently used are dropped. */
    private static final int MAX_PAIRS = 8192;

    /**
     * Rate limit of the updates of one contract by one neighbour that are not given back: as many at once as a correct
     * node sends without an acknowledgement, and four times the pace of one that gets none.
     */
    private static final TokenBucket.Rate RATE =
            TokenBucket.Rate.of(UpdateQueue.MAX_UNACKNOWLEDGED, Duration.ofMillis(5));

    /** Number of consecutive rejected updates after which the contract is ignored during a backoff. */
    private static final int REJECTIONS_BEFORE_BACKOFF = 3;

    private static final long MIN_BACKOFF = Duration.ofSeconds(30).toNanos();

    private static final long MAX_BACKOFF = Duration.ofMinutes(30).toNanos();

    /** Updates above the rate limit until a neighbour is disconnected: 10 000 at once, of which 100 a second fade. */
    private static final TokenBucket.Rate EXCESS = TokenBucket.Rate.of(10_000, Duration.ofMillis(10));

    private final TimeSource time;
    private final BoundedMap<Pair, PeerBehaviour> pairs = BoundedMap.leastRecentlyUsed(MAX_PAIRS);
    private final Map<PeerId, Excess> peers = new HashMap<>();

    UpdateRateLimiter(TimeSource time) {
        this.time = time;
    }

    /**
     * Whether an update from this neighbour should be applied; counts the update.
     *
     * @param asks whether it asks for an acknowledgement
     */
    synchronized boolean admits(PeerId peer, ContractInstanceId id, boolean asks) {
        long now = time.nanos();
        PeerBehaviour behaviour = behaviour(new Pair(peer, id), now);
        behaviour.asks |= asks;
        if (!behaviour.updates.tryAcquire(now)) {
            peers.computeIfAbsent(peer, unused -> new Excess(now)).count(now);
            return false;
        }
        // Updates during a backoff are not counted as excess: the neighbour does not know about the backoff.
        return behaviour.ignoredUntil - now <= 0;
    }

    /**
     * Records an update that the contract accepted: the next backoff is as short as the first.
     *
     * @param changed whether it changed the replica
     */
    synchronized void recordAccepted(PeerId peer, ContractInstanceId id, boolean changed) {
        PeerBehaviour behaviour = pairs.get(new Pair(peer, id));
        if (behaviour != null) {
            behaviour.rejections = 0;
            behaviour.backoff = 0;
            if (changed || behaviour.asks) {
                behaviour.updates.giveBack();
            }
        }
    }

    /** Records an update that the contract rejected. Backoffs double, unless the last one ended long ago. */
    synchronized void recordRejected(PeerId peer, ContractInstanceId id) {
        long now = time.nanos();
        PeerBehaviour behaviour = behaviour(new Pair(peer, id), now);
        behaviour.rejections++;
        if (behaviour.rejections >= REJECTIONS_BEFORE_BACKOFF) {
            behaviour.rejections = 0;
            long last = now - behaviour.ignoredUntil > MAX_BACKOFF ? 0 : behaviour.backoff;
            behaviour.backoff = Math.min(MAX_BACKOFF, Math.max(MIN_BACKOFF, 2 * last));
            behaviour.ignoredUntil = now + behaviour.backoff;
        }
    }

    /** Whether the neighbour should be disconnected. */
    synchronized boolean shouldDisconnect(PeerId peer) {
        Excess known = peers.get(peer);
        return known != null && known.isTooMuch;
    }

    /** Clears the excess of a neighbour that disconnected; the backoffs of its contracts stay. */
    synchronized void onDisconnect(PeerId peer) {
        peers.remove(peer);
    }

    private PeerBehaviour behaviour(Pair pair, long now) {
        return pairs.computeIfAbsent(pair, unused -> new PeerBehaviour(now));
    }

    private record Pair(PeerId peer, ContractInstanceId id) {}

    /** Rate and rejections of one neighbour and contract. */
    private static final class PeerBehaviour {

        private final TokenBucket updates;
        private boolean asks;
        private int rejections;
        private long backoff;
        private long ignoredUntil;

        PeerBehaviour(long now) {
            updates = new TokenBucket(RATE, now);
            ignoredUntil = now;
        }
    }

    /** The updates of one neighbour above the rate limit. */
    private static final class Excess {

        private final TokenBucket tolerated;
        private boolean isTooMuch;

        Excess(long now) {
            tolerated = new TokenBucket(EXCESS, now);
        }

        void count(long now) {
            isTooMuch |= !tolerated.tryAcquire(now);
        }
    }
}
