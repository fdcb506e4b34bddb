package dev.tributary.core.hosting;

import dev.tributary.core.hosting.replica.Freshness;
import dev.tributary.core.request.PauseDetector;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells how sure it is that no other host holds a newer state of a replica, and counts those that are not confirmed.
 * After a pause of the node no replica counts as confirmed. Uses the lock of the hosting table. Methods do not block; safe to call from any thread.
 */
final class FreshnessCheck {

    private final HostingTable table;
    private final TimeSource time;
    private final PauseDetector pauses;
    private Duration paused;
    private final Set<ContractInstanceId> divergedIds = new HashSet<>();
    private long unconfirmedAnswers;

    FreshnessCheck(HostingTable table, TimeSource time, PauseDetector pauses) {
        this.table = table;
        this.time = time;
        this.pauses = pauses;
        this.paused = pauses.total();
    }

    /** How sure it is that no other host holds a newer state of this contract. */
    Freshness of(ContractInstanceId id) {
        synchronized (table) {
            forgetConfirmationsAfterPause();
            HostedContract entry = table.currentEntry(id);
            if (entry == null || table.hasNoNeighbours()) {
                return Freshness.UNCONFIRMABLE;
            } else if (isConfirmed(entry)) {
                return Freshness.CONFIRMED;
            } else if (entry.isDivergedFromPartner()) {
                return Freshness.UNCONFIRMABLE;
            } else if (!entry.isConfirmedExceptByNewPartners()) {
                return Freshness.UNCONFIRMED;
            }
            return table.replicaTracker().partnersToConfirm(id).isEmpty()
                    ? Freshness.UNCONFIRMABLE
                    : Freshness.PARTNER_AWAITED;
        }
    }

    /** Whether this node holds a replica that no other host has confirmed. */
    boolean isUnconfirmed(ContractInstanceId id) {
        synchronized (table) {
            HostedContract entry = table.currentEntry(id);
            return entry != null && !isConfirmed(entry);
        }
    }

    /** After a pause of the node no replica counts as confirmed; called every few seconds. */
    void forgetConfirmationsAfterPause() {
        synchronized (table) {
            Duration before = paused;
            paused = pauses.total();
            if (!paused.equals(before)) {
                long now = time.nanos();
                table.entries().forEach(entry -> entry.forgetConfirmations(now));
            }
        }
    }

    /** Counts an answer to a client that no other host has confirmed. */
    void recordUnconfirmedAnswer() {
        synchronized (table) {
            unconfirmedAnswers++;
        }
    }

    /** Number of answers to clients that no other host had confirmed. */
    long unconfirmedAnswers() {
        synchronized (table) {
            return unconfirmedAnswers;
        }
    }

    /** Records that a peer holds a state which cannot be merged. */
    void recordDiverged(ContractInstanceId id) {
        synchronized (table) {
            divergedIds.add(id);
        }
    }

    /** Number of hosted contracts of which a peer holds a state that cannot be merged. */
    int diverged() {
        synchronized (table) {
            divergedIds.removeIf(id -> {
                HostedContract entry = table.entry(id);
                return entry == null || !entry.isDiverged();
            });
            return divergedIds.size();
        }
    }

    private boolean isConfirmed(HostedContract entry) {
        return entry.isFresh(table.hasNoNeighbours(), time.nanos());
    }
}
