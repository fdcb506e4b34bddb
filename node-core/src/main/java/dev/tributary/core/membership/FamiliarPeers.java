package dev.tributary.core.membership;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The peers for which places are kept, so that strangers who take all places do not isolate the node: the peers that
 * the operator configured, and those that were neighbours for long. Any thread.
 */
public final class FamiliarPeers {

    /** Maximum number of remembered neighbours, as in the network's other nodes. */
    private static final int MAX_KNOWN = 50;

    /** The operator's peers by address, with the id that is configured or that answered there, if there is one. */
    private final Map<PeerAddress, PeerContact> configured = new HashMap<>();

    private final BoundedMap<PeerId, PeerId> known = BoundedMap.leastRecentlyWritten(MAX_KNOWN);

    /**
     * Creates the set.
     *
     * @param configured the operator's peers
     * @param known neighbours of an earlier run
     */
    public FamiliarPeers(Collection<PeerContact> configured, Collection<PeerContact> known) {
        configured.forEach(contact -> this.configured.put(contact.address(), contact));
        for (PeerContact contact : known) {
            PeerId peer = contact.expected();
            if (peer != null) {
                this.known.put(peer, peer);
            }
        }
    }

    /** No peer is familiar. */
    static FamiliarPeers none() {
        return new FamiliarPeers(List.of(), List.of());
    }

    /** This peer answered a dial at the address: if the operator configured the address, it is the operator's peer. */
    synchronized void onAnswered(PeerAddress address, PeerId peer) {
        configured.computeIfPresent(address, (same, contact) -> new PeerContact(address, peer));
    }

    /** This peer was a neighbour for long. */
    synchronized void remember(PeerId peer) {
        known.put(peer, peer);
    }

    /** Whether the operator configured any peer. */
    synchronized boolean hasConfigured() {
        return !configured.isEmpty();
    }

    /** Whether the operator configured this peer. */
    public synchronized boolean isConfigured(PeerId peer) {
        return configured.values().stream().anyMatch(contact -> peer.equals(contact.expected()));
    }

    /** Whether a place is kept for this peer. */
    public synchronized boolean contains(PeerId peer) {
        return known.containsKey(peer) || isConfigured(peer);
    }
}
