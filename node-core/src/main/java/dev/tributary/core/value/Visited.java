package dev.tributary.core.value;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The peers that a message has visited, in order of their first visit. They are not asked again. */
public record Visited(List<PeerId> peers) {

    /** Maximum number of peers: enough for the hops and retries of one operation. A message with more is refused. */
    public static final int MAX = 128;

    private static final Visited NONE = new Visited(List.of());

    public Visited {
        peers = List.copyOf(peers);
        if (peers.size() > MAX) {
            throw new IllegalArgumentException("at most " + MAX + " visited peers, not " + peers.size());
        }
    }

    public static Visited none() {
        return NONE;
    }

    public boolean contains(PeerId peer) {
        return peers.contains(peer);
    }

    /** Returns these peers followed by the others. Beyond {@link #MAX}, the oldest are dropped. */
    public Visited plus(Collection<PeerId> others) {
        List<PeerId> all = new ArrayList<>(peers);
        others.stream().filter(other -> !all.contains(other)).forEach(all::add);
        return new Visited(all.subList(Math.max(0, all.size() - MAX), all.size()));
    }

    public Visited plus(PeerId other) {
        return contains(other) ? this : plus(List.of(other));
    }
}
