package dev.tributary.core.loop;

import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Peers that this node was linked to, or was told about, for the time when it has nobody; and those that lately could not
 * be reached, which are left alone for a while. Loop thread only.
 */
final class Acquaintances {

    /** The network's number: enough that some are still there tomorrow. */
    private static final int REMEMBERED = 50;

    private static final int AVOIDED = 1024;

    /** Whoever cannot be dialled now may be behind a wall, or gone: the network's numbers. */
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(5);

    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private final Map<PeerId, PeerContact> known = new LinkedHashMap<>();
    private final Map<PeerAddress, Avoidance> avoided = new LinkedHashMap<>();
    private int next;

    Acquaintances(Collection<PeerContact> contacts) {
        contacts.forEach(this::met);
    }

    /** A peer was linked, or is known from before. One that nobody can dial is no use. */
    void met(PeerContact contact) {
        PeerId peer = contact.expected();
        if (peer == null || contact.address().port() == 0) {
            return;
        }
        avoided.remove(contact.address());
        known.remove(peer);
        known.put(peer, contact);
        if (known.size() > REMEMBERED) {
            known.remove(known.keySet().iterator().next());
        }
    }

    /** The next ones in turn, at most so many. */
    List<PeerContact> some(int count) {
        List<PeerContact> all = List.copyOf(known.values());
        int first = all.isEmpty() ? 0 : next % all.size();
        next = first + count;
        return Stream.concat(all.stream().skip(first), all.stream().limit(first))
                .limit(count)
                .toList();
    }

    /** A dial failed. */
    void failed(PeerAddress address, long now) {
        Avoidance before = avoided.remove(address);
        Duration pause = before == null ? FIRST_PAUSE : before.pause.multipliedBy(2);
        Duration bounded = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        avoided.put(address, new Avoidance(now + bounded.toNanos(), bounded));
        if (avoided.size() > AVOIDED) {
            avoided.remove(avoided.keySet().iterator().next());
        }
    }

    /** Whether the address failed lately. */
    boolean avoids(PeerAddress address, long now) {
        Avoidance avoidance = avoided.get(address);
        return avoidance != null && avoidance.until - now > 0;
    }

    /** The node is alone: everybody deserves another try. */
    void forgive() {
        avoided.clear();
    }

    private record Avoidance(long until, Duration pause) {}
}
