package dev.tributary.core.request;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.Visited;

/**
 * The peers that one node does not ask again in an operation.
 *
 * @param replied those that handled the request: no other node has to ask them
 * @param failed those that this node does not reach: other nodes may, on other links
 */
record AskedPeers(Visited replied, Visited failed) {

    static final AskedPeers NONE = new AskedPeers(Visited.none(), Visited.none());

    boolean contains(PeerId peer) {
        return replied.contains(peer) || failed.contains(peer);
    }

    int count() {
        return replied.peers().size() + failed.peers().size();
    }

    AskedPeers plusReplied(PeerId peer) {
        return new AskedPeers(replied.plus(peer), failed);
    }

    AskedPeers plusFailed(PeerId peer) {
        return new AskedPeers(replied, failed.plus(peer));
    }

    /** The peers that the next hop is told to pass over. */
    Visited visited(Route route) {
        Visited handled = route.visited().plus(replied.peers());
        return route.mayReachFailedPeers() ? handled : handled.plus(failed.peers());
    }
}
