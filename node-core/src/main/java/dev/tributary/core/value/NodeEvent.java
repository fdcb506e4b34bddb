package dev.tributary.core.value;

import java.time.Duration;
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

    /** The node has stopped. */
    record Stopped() implements NodeEvent {}
}
