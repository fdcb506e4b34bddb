package dev.tributary.core.value;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The peers that a message has seen, in order of their first sight: they are not asked again. */
public record Visited(List<PeerId> peers) {

    /** Enough for the hops and the retries of one operation; a message that names more is refused. */
    public static final int MAX = 128;

    private static final Visited NOBODY = new Visited(List.of());

    public Visited {
        peers = List.copyOf(peers);
        if (peers.size() > MAX) {
            throw new IllegalArgumentException("at most " + MAX + " visited peers, not " + peers.size());
        }
    }

    public static Visited nobody() {
        return NOBODY;
    }

    public boolean contains(PeerId peer) {
        return peers.contains(peer);
    }

    /** These and the others; the oldest are forgotten beyond {@link #MAX}. */
    public Visited plus(Collection<PeerId> others) {
        List<PeerId> all = new ArrayList<>(peers);
        others.stream().filter(other -> !all.contains(other)).forEach(all::add);
        return new Visited(all.subList(Math.max(0, all.size() - MAX), all.size()));
    }

    public Visited plus(PeerId other) {
        return contains(other) ? this : plus(List.of(other));
    }
}
