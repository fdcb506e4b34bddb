package dev.tributary.core.operation;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Watches what each neighbour tells of changes: more than an honest one would tell, and changes that contracts refuse, are
 * not taken in for a while, and a neighbour that goes on nevertheless is to be left. Safe to use from any thread.
 */
final class ChangeGuard {

    /** Of so many neighbours and contracts it is known how they behave; beyond it the longest known are forgotten. */
    private static final int MOST_PAIRS = 8192;

    /** What a neighbour may tell of one contract at once, and after that each so long: four times what an honest one does. */
    private static final int BURST = 64;

    private static final long PACE = Duration.ofMillis(5).toNanos();

    /** So many changes in a row may be refused before the neighbour is not heard about the contract for a while. */
    private static final int REFUSED_AT_ONCE = 3;

    private static final long FIRST_BACKOFF = Duration.ofSeconds(30).toNanos();

    private static final long LONGEST_BACKOFF = Duration.ofMinutes(30).toNanos();

    /** Who was backed off so often in its life, or told so much too much, has no good intentions. */
    private static final int MOST_BACKOFFS = 16;

    private static final int MOST_EXCESS = 10_000;

    private final TimeSource time;
    private final Map<Pair, Conduct> pairs = new LinkedHashMap<>();
    private final Map<PeerId, Peer> peers = new LinkedHashMap<>();

    ChangeGuard(TimeSource time) {
        this.time = time;
    }

    /** Whether a change that this neighbour tells of is to be taken in. */
    synchronized boolean admits(PeerId peer, ContractInstanceId id) {
        long now = time.nanos();
        Conduct conduct = conduct(new Pair(peer, id), now);
        if (conduct.opens - BURST * PACE - now > 0) {
            peer(peer).excess++;
            return false;
        }
        conduct.opens = (conduct.opens - now < 0 ? now : conduct.opens) + PACE;
        // Who is not heard does not know it, so that it goes on is no offence.
        return conduct.ignoredUntil - now <= 0;
    }

    /** The contract took the change in. */
    synchronized void accepted(PeerId peer, ContractInstanceId id) {
        Conduct conduct = pairs.get(new Pair(peer, id));
        if (conduct != null) {
            conduct.refused = 0;
        }
    }

    /** The contract refused the change. */
    synchronized void refused(PeerId peer, ContractInstanceId id) {
        long now = time.nanos();
        Conduct conduct = conduct(new Pair(peer, id), now);
        conduct.refused++;
        if (conduct.refused >= REFUSED_AT_ONCE) {
            conduct.refused = 0;
            conduct.backoff = Math.min(LONGEST_BACKOFF, Math.max(FIRST_BACKOFF, 2 * conduct.backoff));
            conduct.ignoredUntil = now + conduct.backoff;
            peer(peer).backoffs++;
        }
    }

    /** Whether the neighbour is to be left. */
    synchronized boolean isHopeless(PeerId peer) {
        Peer known = peers.get(peer);
        return known != null && (known.backoffs >= MOST_BACKOFFS || known.excess >= MOST_EXCESS);
    }

    /** The neighbour is gone; should it come back it begins anew, but for the contracts about which it is not heard. */
    synchronized void departed(PeerId peer) {
        peers.remove(peer);
    }

    private Peer peer(PeerId peer) {
        return peers.computeIfAbsent(peer, unused -> new Peer());
    }

    private Conduct conduct(Pair pair, long now) {
        Conduct known = pairs.remove(pair);
        Conduct conduct = known == null ? new Conduct(now) : known;
        pairs.put(pair, conduct);
        if (pairs.size() > MOST_PAIRS) {
            Iterator<Conduct> eldest = pairs.values().iterator();
            eldest.next();
            eldest.remove();
        }
        return conduct;
    }

    private record Pair(PeerId peer, ContractInstanceId id) {}

    /** How one neighbour behaves about one contract. */
    private static final class Conduct {

        /** When it could tell the next change if all had kept to the pace. */
        private long opens;

        private int refused;
        private long backoff;
        private long ignoredUntil;

        Conduct(long now) {
            opens = now;
            ignoredUntil = now;
        }
    }

    /** How one neighbour behaves in all. */
    private static final class Peer {

        private int backoffs;
        private int excess;
    }
}
