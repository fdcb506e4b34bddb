package dev.tributary.core.membership;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerId;
import java.time.Duration;

/**
 * How often the links to each peer broke lately: a score that each loss raises by one and that halves in ten minutes. A
 * peer above the threshold flaps, such as one that crashes again and again. Thread-safe.
 */
final class FlapScores {

    /** Maximum number of remembered peers. */
    private static final int MAX_PEERS = 256;

    private static final Duration HALF_LIFE = Duration.ofMinutes(10);

    /** Score from which a peer flaps: three losses in a few minutes. */
    private static final double THRESHOLD = 2.5;

    /** Maximum score: a peer whose link has held for ten minutes does not flap any more, whatever happened before. */
    private static final double MAX_SCORE = 2 * THRESHOLD;

    private final BoundedMap<PeerId, Score> scores = BoundedMap.leastRecentlyWritten(MAX_PEERS);

    /** Records the end of the peer's only link; one that was closed on purpose, to a node that runs on, does not count. */
    synchronized void onLost(PeerId peer, CloseReason reason, long now) {
        if (counts(reason)) {
            scores.put(peer, new Score(Math.min(MAX_SCORE, score(peer, now) + 1), now));
        }
    }

    /** Whether the links to this peer break again and again. */
    synchronized boolean isFlapping(PeerId peer, long now) {
        return score(peer, now) >= THRESHOLD;
    }

    private double score(PeerId peer, long now) {
        Score last = scores.get(peer);
        return last == null ? 0 : last.value * Math.pow(2, -(double) (now - last.at) / HALF_LIFE.toNanos());
    }

    private static boolean counts(CloseReason reason) {
        return switch (reason.kind()) {
            case LOST, IDLE, STOPPING -> true;
            case SLOW_PEER,
                    PROTOCOL,
                    VERSION,
                    IDENTITY,
                    HANDSHAKE_TIMEOUT,
                    DUPLICATE,
                    LIMIT_REACHED,
                    SELF,
                    NOT_NEEDED,
                    NETWORK -> false;
        };
    }

    private record Score(double value, long at) {}
}
