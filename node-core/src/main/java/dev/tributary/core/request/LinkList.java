package dev.tributary.core.request;

import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerId;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.RandomAccess;

/** Looks links up lazily: mostly only the first of many candidates is used. */
final class LinkList extends AbstractList<PeerLink> implements RandomAccess {

    private final List<PeerId> peers;
    private final Map<PeerId, PeerLink> links;

    LinkList(List<PeerId> peers, Map<PeerId, PeerLink> links) {
        this.peers = peers;
        this.links = links;
    }

    @Override
    public PeerLink get(int index) {
        return Objects.requireNonNull(links.get(peers.get(index)));
    }

    @Override
    public int size() {
        return peers.size();
    }
}
