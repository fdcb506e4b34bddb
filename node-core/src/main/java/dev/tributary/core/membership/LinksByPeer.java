package dev.tributary.core.membership;

import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The links of each peer, oldest first, whatever they are used for. Loop thread only. */
final class LinksByPeer {

    /** Maximum number of links of one peer: one, and a newer one that replaces it. */
    static final int MAX = 2;

    private final Map<PeerId, Deque<PeerLink>> links = new HashMap<>();

    /** Adds a link; returns the peer's oldest one if that exceeds the maximum. The caller must close it. */
    Optional<PeerLink> add(PeerLink link) {
        Deque<PeerLink> all = links.computeIfAbsent(link.peer(), peer -> new ArrayDeque<>(MAX + 1));
        all.addLast(link);
        return all.size() > MAX ? Optional.of(all.removeFirst()) : Optional.empty();
    }

    void remove(PeerLink link) {
        links.computeIfPresent(link.peer(), (peer, all) -> {
            all.remove(link);
            return all.isEmpty() ? null : all;
        });
    }
}
