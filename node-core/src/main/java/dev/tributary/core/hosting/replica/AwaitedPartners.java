package dev.tributary.core.hosting.replica;

import dev.tributary.core.value.PeerId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sync partners that may hold a state which this node's replica lacks: they have not reported one on their present
 * link, or reported another one that is not merged yet. Guarded by the lock of the hosting table.
 */
final class AwaitedPartners {

    /** Pause before a GET asks a partner again that did not answer the last one, in nanoseconds. */
    private static final long ASK_AGAIN = 10_000_000_000L;

    /** Each partner, with the time before which it is not asked. */
    private Map<PeerId, Long> partners = Map.of();

    boolean isEmpty() {
        return partners.isEmpty();
    }

    boolean contains(PeerId peer) {
        return partners.containsKey(peer);
    }

    void add(PeerId peer, long now) {
        if (partners.isEmpty()) {
            partners = new HashMap<>(4);
        }
        partners.put(peer, now);
    }

    void remove(PeerId peer) {
        if (partners.containsKey(peer)) {
            partners.remove(peer);
            releaseIfEmpty();
        }
    }

    void clear() {
        partners = Map.of();
    }

    /** Removes all that are no partners any more. */
    void retain(Collection<PeerId> current) {
        if (!partners.isEmpty()) {
            partners.keySet().retainAll(current);
            releaseIfEmpty();
        }
    }

    /** Records that the partner did not answer, or could not be merged with, now. */
    void recordSilent(PeerId peer, long now) {
        if (partners.containsKey(peer)) {
            partners.put(peer, now + ASK_AGAIN);
        }
    }

    /** The partners that a GET should ask now. */
    List<PeerId> due(long now) {
        return partners.entrySet().stream()
                .filter(each -> each.getValue() - now <= 0)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private void releaseIfEmpty() {
        if (partners.isEmpty()) {
            partners = Map.of();
        }
    }
}
