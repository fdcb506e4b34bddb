package dev.tributary.core.membership;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Peers that this node was linked to or was configured with, to dial when it is isolated; and the dial backoff of
 * addresses that recently failed. Loop thread only.
 */
public final class KnownPeers {

    /** Maximum number of known peers, as in the network's other nodes: enough for some to be online a day later. */
    private static final int MAX_KNOWN = 50;

    /** Maximum number of addresses in backoff. */
    private static final int MAX_BACKOFFS = 1024;

    /** Backoff after the first failure, as in the network's other nodes: the peer may be firewalled or gone. */
    private static final Duration INITIAL_PAUSE = Duration.ofMinutes(5);

    private static final Duration MAX_PAUSE = Duration.ofHours(1);

    private final BoundedMap<PeerId, PeerContact> known = BoundedMap.leastRecentlyWritten(MAX_KNOWN);
    private final BoundedMap<PeerAddress, DialBackoff> backoffs = BoundedMap.leastRecentlyWritten(MAX_BACKOFFS);
    private int nextIndex;

    public KnownPeers(Collection<PeerContact> contacts) {
        contacts.forEach(this::add);
    }

    /** Remembers the peer and clears its backoff. Ignores a peer without an id or a port to dial. */
    void add(PeerContact contact) {
        PeerId peer = contact.expected();
        if (peer == null || contact.address().port() == 0) {
            return;
        }
        backoffs.remove(contact.address());
        known.put(peer, contact);
    }

    /** The next peers in round-robin order, at most {@code count}. */
    List<PeerContact> nextBatch(int count) {
        List<PeerContact> all = List.copyOf(known.values());
        int first = all.isEmpty() ? 0 : nextIndex % all.size();
        nextIndex = first + count;
        return Stream.concat(all.stream().skip(first), all.stream().limit(first))
                .limit(count)
                .toList();
    }

    /** Doubles the address's backoff after a failed dial. */
    void onDialFailed(PeerAddress address, long now) {
        DialBackoff before = backoffs.get(address);
        Duration pause = before == null ? INITIAL_PAUSE : before.pause.multipliedBy(2);
        Duration bounded = pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE;
        backoffs.put(address, new DialBackoff(now + bounded.toNanos(), bounded));
    }

    /** Whether the address is in backoff. */
    boolean isInBackoff(PeerAddress address, long now) {
        DialBackoff backoff = backoffs.get(address);
        return backoff != null && backoff.until - now > 0;
    }

    /** Clears all dial backoffs. */
    void clearBackoffs() {
        backoffs.clear();
    }

    private record DialBackoff(long until, Duration pause) {}
}
