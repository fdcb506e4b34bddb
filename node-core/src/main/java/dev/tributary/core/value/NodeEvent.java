package dev.tributary.core.value;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A notable event of the node, for operators and dashboards. */
public sealed interface NodeEvent {

    /** The node has started and is reachable at the address. */
    record Started(PeerId self, PeerAddress address) implements NodeEvent {}

    /** A neighbour was added. */
    record PeerAdded(PeerId peer, PeerAddress address) implements NodeEvent {}

    /** A neighbour was removed. */
    record PeerRemoved(PeerId peer, String reason) implements NodeEvent {}

    /** Dialling a peer failed; it is retried. */
    record DialFailed(PeerAddress address, String reason) implements NodeEvent {}

    /** An inbound connection was rejected as a neighbour. */
    record PeerRejected(@Nullable PeerId peer, PeerAddress address, String reason) implements NodeEvent {}

    /**
     * A contract violated the merge law twice, or several contracts of a code did: its or their updates are not broadcast
     * for this duration.
     *
     * @param instance the contract, or null for all contracts of the code
     */
    record ContractQuarantined(CodeHash code, @Nullable ContractInstanceId instance, String law, Duration length)
            implements NodeEvent {}

    /**
     * A contract that a client of this node had put was evicted, because other clients' contracts use the whole budget.
     *
     * @param bytes the bytes freed
     */
    record ContractEvicted(ContractKey key, long bytes) implements NodeEvent {}

    /**
     * Another host of a contract holds a state that the contract does not merge with this node's, as when its owner signs
     * two states with the same version. Reported once a day for each contract, as long as it lasts.
     *
     * @param peer the neighbour that holds the other state
     */
    record ReplicasDiverged(ContractKey key, PeerId peer) implements NodeEvent {}

    /**
     * A part of the node has work and makes no progress, as the watchdog found. Told once for each stall; an application
     * may log it, or end the process.
     *
     * @param part the name of the part: {@code event loop}, {@code channel transport}, {@code timer}, ...
     * @param length how long it has made no progress
     * @param work what it works on, and for whom
     * @param waiting number of items that wait for it
     * @param cause what it waits for, or where the time went
     * @param stack frames of its thread, the innermost first; empty if it has none
     */
    record PartStalled(
            String part, Verdict verdict, Duration length, String work, int waiting, String cause, List<String> stack)
            implements NodeEvent {

        public PartStalled {
            stack = List.copyOf(stack);
        }

        /** Why a part makes no progress. */
        public enum Verdict {
            /** Its step runs, and does not end. */
            BUSY,
            /** Its step waits: for a lock, a signal, a time or the system. */
            BLOCKED,
            /** Its step waits for a lock whose owner waits for a lock, and so on round to this one. */
            DEADLOCKED,
            /** It has work, and no turn was asked for, or the turn never came. A missing turn is asked for then. */
            LOST_WAKE_UP,
            /** Its thread is not run by the system, or the collector or a pause took most of the time. */
            STARVED,
            /** Its thread has ended. */
            DEAD;

            /** Its name in metrics and status: {@code busy}, {@code lost-wake-up}, ... */
            public String label() {
                return name().toLowerCase(Locale.ROOT).replace('_', '-');
            }
        }
    }

    /** The node has stopped. */
    record Stopped() implements NodeEvent {}
}
