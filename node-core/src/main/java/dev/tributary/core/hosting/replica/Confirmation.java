package dev.tributary.core.hosting.replica;

import dev.tributary.core.value.PeerId;
import java.util.Collection;
import java.util.List;

/**
 * Whether other hosts have confirmed this node's replica of one contract, and which sync partners have to be heard
 * first. Guarded by the lock of the hosting table; times in nanoseconds.
 */
public final class Confirmation {

    private final AwaitedPartners awaited = new AwaitedPartners();
    private boolean verified;
    private long lastInSyncAt;

    /** A replica that no host has confirmed yet. */
    public Confirmation(long now) {
        this.lastInSyncAt = now;
    }

    /** Whether another host has confirmed the replica; partners may still have to be heard. */
    public boolean isVerified() {
        return verified;
    }

    /** Whether the replica was confirmed and no partner may hold another state. */
    public boolean isComplete() {
        return verified && awaited.isEmpty();
    }

    /** Time since the replica was last in sync with a host that confirms it. */
    public long age(long now) {
        return now - lastInSyncAt;
    }

    /** Whether a partner has to be heard. */
    public boolean isAwaiting() {
        return !awaited.isEmpty();
    }

    /** Whether this partner has to be heard. */
    public boolean isAwaiting(PeerId peer) {
        return awaited.contains(peer);
    }

    /** The partners that have to be heard and should be asked now. */
    public List<PeerId> due(long now) {
        return awaited.due(now);
    }

    /** Records that the partner has to be heard before the replica counts as confirmed. */
    public void startAwaiting(PeerId partner, long now) {
        awaited.add(partner, now);
    }

    /** Records that nothing has to be heard from the peer any more. */
    public void stopAwaiting(PeerId peer) {
        awaited.remove(peer);
    }

    /** Stops waiting for all that are no partners any more. */
    public void retain(Collection<PeerId> partners) {
        awaited.retain(partners);
    }

    /** Records that a partner which was asked did not answer, or could not be merged with. */
    public void recordSilent(PeerId peer, long now) {
        awaited.recordSilent(peer, now);
    }

    /** Records that a host confirms the replica; partners that are awaited still have to be heard. */
    public void recordInSync(long now) {
        verified = true;
        lastInSyncAt = now;
    }

    /** Marks the replica confirmed; no partner has to be heard. */
    public void markVerified(long now) {
        recordInSync(now);
        awaited.clear();
    }

    /** Marks the replica unconfirmed until the next host confirms it. */
    public void markUnverified() {
        verified = false;
    }

    /** Takes back all confirmations: each of these partners has to be heard again. */
    public void forget(Collection<PeerId> partners, long now) {
        verified = false;
        partners.forEach(peer -> awaited.add(peer, now));
    }
}
