package dev.tributary.core.hosting.replica;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.PeerId;
import java.time.Duration;

/**
 * The partners that did not answer a comparison which a GET waited for: they are not waited for again until they answer
 * one, or a pause has passed, which doubles. So a silent neighbour delays one GET in a while, and not one of each
 * contract. A partner that leaves whatever it is asked unanswered loses its duty besides. Outlives the links of the
 * partners. Guarded by the lock of the hosting table.
 */
public final class SilentPartners {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

    /** The longest pause is the first one doubled this often: five minutes. */
    private static final int MAX_DOUBLINGS = 5;

    /** Maximum number of partners, more than a node has neighbours; beyond it the least recent is forgotten. */
    private static final int MAX_PARTNERS = 1024;

    private final BoundedMap<PeerId, Silence> partners = BoundedMap.leastRecentlyUsed(MAX_PARTNERS);

    private record Silence(int doublings, long until) {}

    /** Records that the partner did not answer in time. */
    public void record(PeerId peer, long now) {
        Silence before = partners.get(peer);
        if (before == null || before.until - now <= 0) {
            int doublings = before == null ? 0 : Math.min(MAX_DOUBLINGS, before.doublings + 1);
            partners.put(peer, new Silence(doublings, now + (FIRST_PAUSE.toNanos() << doublings)));
        }
    }

    /** The partner has answered a comparison. */
    public void forget(PeerId peer) {
        partners.remove(peer);
    }

    /** Whether a GET should not wait for the partner now. */
    public boolean contains(PeerId peer, long now) {
        Silence silence = partners.get(peer);
        return silence != null && silence.until - now > 0;
    }
}
