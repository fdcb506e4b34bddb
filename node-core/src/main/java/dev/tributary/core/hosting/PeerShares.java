package dev.tributary.core.hosting;

import dev.tributary.core.value.PeerId;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The contracts that each peer brought to this node and that no client of it put or subscribes to. A peer that brought
 * its share of the budget may displace only its own contracts, and these are displaced first by what others bring: so one
 * peer cannot replace everything that others brought. While there is room, a share has no effect. Guarded by the lock of
 * the hosting table.
 *
 * @param <R> ranks of contracts in the order of eviction
 */
final class PeerShares<R extends Comparable<R>> {

    /** Number of shares in a budget: a node has more neighbours, and most bring less than a share. */
    static final int SHARES = 4;

    private final long maxBytes;
    private final long maxContracts;
    private final Map<PeerId, Share<R>> shares = new HashMap<>();

    /** The peers with their share or more, by bytes or by contracts: twice as many as there are shares at most. */
    private final Set<PeerId> exhausted = new HashSet<>();

    private static final class Share<R> {

        private final TreeSet<R> ranks = new TreeSet<>();
        private long bytes;
    }

    PeerShares(HostingConfig config) {
        this.maxBytes = config.bytes() / SHARES;
        this.maxContracts = Math.max(1, config.contracts() / SHARES);
    }

    /** Adds a contract that the peer brought; null for none. */
    void add(@Nullable PeerId peer, R rank, long bytes) {
        if (peer != null) {
            Share<R> share = shares.computeIfAbsent(peer, unused -> new Share<>());
            share.ranks.add(rank);
            share.bytes += bytes;
            update(peer, share);
        }
    }

    /** Removes a contract, with the peer, rank and size that it was added with. */
    void remove(@Nullable PeerId peer, R rank, long bytes) {
        Share<R> share = peer == null ? null : shares.get(peer);
        if (peer != null && share != null) {
            share.ranks.remove(rank);
            share.bytes -= bytes;
            update(peer, share);
        }
    }

    /** Whether the peer brought its share of the budget. */
    boolean isExhausted(@Nullable PeerId peer) {
        return peer != null && exhausted.contains(peer);
    }

    /** The contracts that the peer brought, in the order of eviction. */
    SortedSet<R> broughtBy(PeerId peer) {
        Share<R> share = shares.get(peer);
        return share == null ? Collections.emptySortedSet() : share.ranks;
    }

    /** The peers that brought their share of the budget. */
    Set<PeerId> exhausted() {
        return exhausted;
    }

    private void update(PeerId peer, Share<R> share) {
        if (share.bytes >= maxBytes || share.ranks.size() >= maxContracts) {
            exhausted.add(peer);
        } else {
            exhausted.remove(peer);
        }
        if (share.ranks.isEmpty()) {
            shares.remove(peer);
            exhausted.remove(peer);
        }
    }
}
