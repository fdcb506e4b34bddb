package dev.tributary.core.request;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;

/**
 * How far the word of a peer is believed that a large message moves behind it, where this node cannot see it. A request that
 * is waited for by that word alone, beyond its time, is a promise. A peer may have a few of them, and twice as many with
 * each that it keeps; after one that it breaks it is not believed for a while. So a peer that lies holds up some requests
 * once, and not all of them for ever. Outlives the links of the peers. Safe to use from any thread.
 */
final class UnseenTransfers {

    /** Promises that a peer may have at once before it has kept one. */
    static final int FIRST = 4;

    /** Promises that a peer may have at once at most. */
    static final int MAX = 64;

    /** Time without a sign on the link from which a promise that was not kept counts as broken; before, a client may have left. */
    static final Duration MIN_BROKEN = Duration.ofMinutes(2);

    /** Time for which a peer that broke a promise is not believed. */
    static final Duration PAUSE = Duration.ofMinutes(10);

    /** Maximum number of peers, more than a node has neighbours; beyond it the least recent is forgotten. */
    private static final int MAX_PEERS = 1024;

    private final TimeSource time;
    private final BoundedMap<PeerId, Word> peers = BoundedMap.leastRecentlyUsed(MAX_PEERS);

    private static final class Word {

        private int promises;
        private int allowed = FIRST;
        private boolean isBroken;
        private long brokenAt;
    }

    UnseenTransfers(TimeSource time) {
        this.time = time;
    }

    /** Whether a request to the peer is waited for by its word alone from now on; if so, {@link #end} follows. */
    synchronized boolean tryBegin(PeerId peer) {
        Word word = peers.computeIfAbsent(peer, unused -> new Word());
        word.isBroken = word.isBroken && time.nanos() - word.brokenAt < PAUSE.toNanos();
        if (word.isBroken || word.promises >= word.allowed) {
            return false;
        }
        word.promises++;
        return true;
    }

    /**
     * Such a request is over.
     *
     * @param hasArrived whether its reply brought what the peer told of
     * @param unseen time since something was last seen to move for it on the link
     */
    synchronized void end(PeerId peer, boolean hasArrived, Duration unseen) {
        Word word = peers.computeIfAbsent(peer, unused -> new Word());
        word.promises = Math.max(0, word.promises - 1);
        if (hasArrived) {
            word.isBroken = false;
            word.allowed = Math.min(MAX, word.allowed * 2);
        } else if (unseen.compareTo(MIN_BROKEN) >= 0) {
            word.isBroken = true;
            word.brokenAt = time.nanos();
            word.allowed = 1;
        }
    }
}
