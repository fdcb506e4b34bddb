package dev.tributary.core.hosting;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;

/**
 * Limits the reconciliations that neighbours ask for: each reads a state and calls its contract, however small the request
 * is. There is a rate for each neighbour and contract, one for each contract, and one for the bytes that are read for a
 * neighbour. Safe to use from any thread.
 */
final class ReconcileLimiter {

    /** Maximum number of tracked pairs and contracts; beyond it the least recently used are dropped. */
    private static final int MAX_TRACKED = 8192;

    /** Maximum number of tracked neighbours. */
    private static final int MAX_PEERS = 1024;

    /** Rate of one neighbour for one contract: a correct one asks again a second after a failure, and then less often. */
    private static final TokenBucket.Rate OF_A_PAIR = TokenBucket.Rate.of(8, Duration.ofSeconds(2));

    /** Rate of all neighbours together for one contract. */
    private static final TokenBucket.Rate OF_A_CONTRACT = TokenBucket.Rate.of(64, Duration.ofMillis(250));

    /** Bytes a second that are read for one neighbour: as many as it is sent states. */
    private static final long BYTES_PER_SECOND = 8L << 20;

    /** Time for which a neighbour may be ahead of this rate, in nanoseconds: one of the largest states. */
    private static final long MAX_AHEAD = Duration.ofSeconds(8).toNanos();

    private final TimeSource time;
    private final BoundedMap<Pair, TokenBucket> pairs = BoundedMap.leastRecentlyUsed(MAX_TRACKED);
    private final BoundedMap<ContractInstanceId, TokenBucket> contracts = BoundedMap.leastRecentlyUsed(MAX_TRACKED);

    /** When each neighbour has used up what was read for it, in nanoseconds. */
    private final BoundedMap<PeerId, Long> readUntil = BoundedMap.leastRecentlyUsed(MAX_PEERS);

    private long refused;

    ReconcileLimiter(TimeSource time) {
        this.time = time;
    }

    /** Whether to answer a reconciliation that reads this many bytes; counts it. */
    synchronized boolean admits(PeerId peer, ContractInstanceId id, long bytes) {
        long now = time.nanos();
        long until = Math.max(now, readUntil.computeIfAbsent(peer, unused -> now));
        boolean admitted = until - now <= MAX_AHEAD
                && bucket(pairs, new Pair(peer, id), OF_A_PAIR, now).tryAcquire(now)
                && bucket(contracts, id, OF_A_CONTRACT, now).tryAcquire(now);
        if (admitted) {
            readUntil.put(peer, until + 1_000_000_000L * bytes / BYTES_PER_SECOND);
        } else {
            refused++;
        }
        return admitted;
    }

    /** Number of reconciliations that were refused. */
    synchronized long refused() {
        return refused;
    }

    private static <K> TokenBucket bucket(BoundedMap<K, TokenBucket> buckets, K key, TokenBucket.Rate rate, long now) {
        return buckets.computeIfAbsent(key, unused -> new TokenBucket(rate, now));
    }

    private record Pair(PeerId peer, ContractInstanceId id) {}
}
