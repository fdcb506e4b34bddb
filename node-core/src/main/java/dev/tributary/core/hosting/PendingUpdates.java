package dev.tributary.core.hosting;

import dev.tributary.core.hosting.replica.ChangeLogs;
import dev.tributary.core.hosting.replica.DigestPair;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import dev.tributary.core.value.TimeSource;
import java.util.List;
import java.util.Optional;

/**
 * The recent changes of the hosted contracts, and the updates that each neighbour still needs. Guarded by the lock of
 * the hosting table.
 */
final class PendingUpdates {

    /** Maximum number of bytes of a state that is cheaper to send than to compare. */
    private static final int SMALL_STATE = 64 << 10;

    private final ChangeLogs logs = new ChangeLogs();
    private final TimeSource time;

    PendingUpdates(TimeSource time) {
        this.time = time;
    }

    /** Records that these changes led to the new state. */
    void recordChange(HostedContract before, StateDigest after, List<StateChange> changes) {
        logs.add(before.key().id(), before.digest(), after, changes);
    }

    /** Whether the local replica held this state lately. */
    boolean isLogged(ContractInstanceId id, StateDigest state) {
        return logs.contains(id, state);
    }

    /** Drops the changes of a contract that is no longer hosted. */
    void forget(ContractInstanceId id) {
        logs.forget(id);
    }

    /**
     * The next update for the neighbour, which from now on is assumed to hold its result; empty if it is up to date or
     * if the changes that it misses are unknown.
     */
    Optional<PendingUpdate> next(HostedContract entry, PeerId peer) {
        StateDigest remoteDigest = entry.outdatedDigest(peer, time.nanos());
        if (remoteDigest == null) {
            return Optional.empty();
        }
        Optional<List<StateChange>> changes = logs.changesBetween(entry.key().id(), remoteDigest, entry.digest())
                .or(() -> fullStateForLateOne(entry, peer));
        changes.ifPresent(found -> entry.recordDelivered(peer, entry.digest(), time.nanos()));
        return changes.map(found -> new PendingUpdate(
                remoteDigest, entry.digest(), needsFullState(entry, found) ? List.of() : found, entry.bytes()));
    }

    /** A neighbour with an earlier state than those in the log is sent the full state, if that costs no comparison. */
    private static Optional<List<StateChange>> fullStateForLateOne(HostedContract entry, PeerId peer) {
        return entry.bytes() <= SMALL_STATE && entry.peerReplicas().isContained(peer)
                ? Optional.of(List.of())
                : Optional.empty();
    }

    /** Whether the next update for the neighbour is the full state. */
    boolean needsFullState(HostedContract entry, PeerId peer) {
        StateDigest remoteDigest = entry.outdatedDigest(peer, time.nanos());
        return remoteDigest != null
                && logs.changesBetween(entry.key().id(), remoteDigest, entry.digest())
                        .filter(changes -> needsFullState(entry, changes))
                        .isPresent();
    }

    /** Whether the changes are too large for the log, or longer than the state. */
    private static boolean needsFullState(HostedContract entry, List<StateChange> changes) {
        return changes.isEmpty() || ChangeLogs.sizeOf(changes) >= entry.bytes();
    }

    /** Records the change that leads from the neighbour's state to the local one. */
    void recordMissingChange(
            HostedContract entry, PeerId peer, StateDigest remote, StateDigest local, StateChange change) {
        logs.add(entry.key().id(), remote, local, List.of(change));
        entry.recordUpdateFrom(peer, remote, time.nanos());
    }

    /**
     * Computes what the neighbour holds after its change was merged here. If this node had already sent it the previous
     * local state, the neighbour merges both to the same result and needs no further update.
     *
     * @param before local state before the change
     */
    void recordRemoteChange(HostedContract entry, PeerId peer, DigestPair digests, StateDigest before) {
        ContractInstanceId id = entry.key().id();
        StateDigest after = entry.digest();
        StateDigest remote = digests.after();
        if (remote.equals(after)) {
            entry.recordUpdateFrom(peer, after, time.nanos());
            return;
        }
        boolean wasSent = entry.peerReplicas().holds(peer, before);
        boolean hasCommonBase =
                logs.contains(id, digests.before()) && !digests.before().equals(before);
        if (!logs.contains(id, remote) && hasCommonBase && !wasSent) {
            logs.changesBetween(id, digests.before(), before)
                    .ifPresent(missingChanges -> logs.add(id, digests.after(), after, missingChanges));
        }
        if (!logs.contains(id, remote) && !hasCommonBase) {
            entry.recordUpdateFrom(peer, remote, time.nanos());
            if (entry.peerReplicas().isEquivalent(peer)) {
                // Its bytes differ, so that its digest says nothing: it most likely lacks nothing after this change
                // either.
                entry.peerReplicas().recordDoubtful(peer, after, time.nanos());
            } else {
                entry.peerReplicas().markUnknown(peer);
            }
        } else {
            entry.recordUpdateFrom(peer, wasSent ? after : remote, time.nanos());
        }
    }

    /**
     * An update of a contract that is due for a neighbour.
     *
     * @param before digest that the neighbour is assumed to hold
     * @param after digest that it holds after the update
     * @param changes the changes from one to the other, or none if the full state has to be sent
     * @param bytes approximate size of the full state in bytes
     */
    record PendingUpdate(StateDigest before, StateDigest after, List<StateChange> changes, int bytes) {

        /** Whether the full state has to be sent. */
        boolean isFullState() {
            return changes.isEmpty();
        }
    }
}
