package dev.tributary.core.membership;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Neighbours whose link was lost without a close message, and gateways that never answered. They may be across a
 * partition in which both sides have enough neighbours, so they are redialled with backoff until they answer, without a
 * limit of attempts. Loop thread only.
 */
public final class LostPeers {

    /** Maximum number of remembered peers: enough to find a live one across a partition. */
    private static final int MAX_PEERS = 16;

    /** Maximum number of peers that are dialled at once. */
    private static final int MAX_CONCURRENT_DIALS = 4;

    /** Absence divided by pause: a peer lost for a minute is redialled every 15 s, so a short partition heals soon. */
    private static final int ABSENCE_TO_PAUSE_RATIO = 4;

    private static final Duration MIN_PAUSE = Duration.ofSeconds(5);

    private static final Duration MAX_PAUSE = Duration.ofMinutes(2);

    private final BoundedMap<PeerAddress, LostPeer> lostPeers = BoundedMap.leastRecentlyWritten(MAX_PEERS);

    public LostPeers(Collection<PeerContact> gateways, long now) {
        gateways.forEach(gateway -> add(gateway, now));
    }

    /** True if the link was lost, not closed on purpose. */
    static boolean isConnectionLoss(CloseReason reason) {
        return reason.kind() == CloseReason.Kind.LOST || reason.kind() == CloseReason.Kind.IDLE;
    }

    /** Adds a lost peer, unless it cannot be dialled; when full, the peer added first is forgotten. */
    void add(PeerContact contact, long now) {
        if (contact.address().port() == 0) {
            return;
        }
        lostPeers.put(contact.address(), new LostPeer(contact, now));
    }

    /**
     * The peer answered a dial at this address, or connected from it: it is no longer lost. The other lost peers may be
     * reachable again too, so their backoff restarts. Returns true if the peer was lost.
     */
    boolean onAnswered(PeerAddress address, PeerId peer, long now) {
        boolean removed = lostPeers.removeIf(
                each -> each.contact.address().equals(address) || peer.equals(each.contact.expected()));
        if (removed) {
            lostPeers.values().forEach(each -> each.restartBackoff(now));
        }
        return removed;
    }

    /** The peers to dial now, at most four; schedules the next dial of each. */
    List<PeerContact> takeDue(long now) {
        List<PeerContact> due = new ArrayList<>(MAX_CONCURRENT_DIALS);
        for (LostPeer each : lostPeers.values()) {
            if (due.size() < MAX_CONCURRENT_DIALS && each.nextDial - now <= 0) {
                due.add(each.contact);
                each.nextDial = now + pauseAfter(now - each.lostSince);
            }
        }
        return due;
    }

    /** Time until the next dial is due, at least the minimum pause. */
    Duration untilNextDial(long now) {
        long nextDial = lostPeers.values().stream()
                .mapToLong(each -> each.nextDial - now)
                .min()
                .orElse(MAX_PAUSE.toNanos());
        return Duration.ofNanos(Math.max(MIN_PAUSE.toNanos(), nextDial));
    }

    boolean contains(PeerAddress address) {
        return lostPeers.containsKey(address);
    }

    boolean isEmpty() {
        return lostPeers.isEmpty();
    }

    private static long pauseAfter(long absence) {
        return Math.max(MIN_PAUSE.toNanos(), Math.min(MAX_PAUSE.toNanos(), absence / ABSENCE_TO_PAUSE_RATIO));
    }

    private static final class LostPeer {

        private final PeerContact contact;
        private long lostSince;
        private long nextDial;

        LostPeer(PeerContact contact, long now) {
            this.contact = contact;
            this.lostSince = now;
            this.nextDial = now + MIN_PAUSE.toNanos();
        }

        void restartBackoff(long now) {
            lostSince = now;
            nextDial = now + MIN_PAUSE.toNanos();
        }
    }
}
