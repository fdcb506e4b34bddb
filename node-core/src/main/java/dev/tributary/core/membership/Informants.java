package dev.tributary.core.membership;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.limit.TokenBucket;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.List;

/**
 * The peers that named the addresses to dial, each with a budget of dials. A dial that fails costs its informant more, so
 * a peer that invents contacts is soon not believed. Thread-safe.
 */
final class Informants {

    /** Dials that one informant may cause: enough for a node that joins by one gateway, among many stale contacts. */
    private static final TokenBucket.Rate DIALS_BY_INFORMANT = TokenBucket.Rate.of(64, Duration.ofSeconds(2));

    /** Dials that all informants together may cause. */
    private static final TokenBucket.Rate DIALS = TokenBucket.Rate.of(256, Duration.ofMillis(200));

    /** Number of further dials that a failed dial costs. */
    private static final int FAILURE_COST = 3;

    /** Maximum number of informants; more than there are links. */
    private static final int MAX_INFORMANTS = 1024;

    /** Maximum number of named addresses. */
    private static final int MAX_ADDRESSES = 4096;

    private final BoundedMap<PeerId, TokenBucket> budgets = BoundedMap.leastRecentlyWritten(MAX_INFORMANTS);
    private final BoundedMap<PeerAddress, PeerId> informants = BoundedMap.leastRecentlyWritten(MAX_ADDRESSES);
    private final TokenBucket all;

    Informants(long now) {
        this.all = new TokenBucket(DIALS, now);
    }

    /** The informant named these contacts. */
    synchronized void onNamed(PeerId informant, List<PeerContact> contacts) {
        contacts.forEach(contact -> informants.put(contact.address(), informant));
    }

    /** Takes one dial from the budget of the address's informant. Returns false if nothing is left of it. */
    synchronized boolean tryDial(PeerAddress address, long now) {
        PeerId informant = informants.get(address);
        if (informant == null) {
            return true;
        }
        return budget(informant, now).tryAcquire(now) && all.tryAcquire(now);
    }

    /** A dial of the address failed. */
    synchronized void onDialFailed(PeerAddress address, long now) {
        PeerId informant = informants.get(address);
        if (informant != null) {
            TokenBucket budget = budget(informant, now);
            for (int i = 0; i < FAILURE_COST; i++) {
                budget.tryAcquire(now);
            }
        }
    }

    private TokenBucket budget(PeerId informant, long now) {
        return budgets.computeIfAbsent(informant, unused -> new TokenBucket(DIALS_BY_INFORMANT, now));
    }
}
