package dev.tributary.core.value;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A notable event of the node, for operators and dashboards. */
public sealed interface NodeNotice {

    /** The node has started and is reachable at the address. */
    record Started(PeerId self, PeerAddress address) implements NodeNotice {}

    /** A neighbour was added. */
    record PeerLinked(PeerId peer, PeerAddress address) implements NodeNotice {}

    /** A neighbour was removed. */
    record PeerDeparted(PeerId peer, String reason) implements NodeNotice {}

    /** Dialling a peer failed; it is retried. */
    record DialFailed(PeerAddress address, String reason) implements NodeNotice {}

    /** An inbound connection was rejected as a neighbour. */
    record PeerTurnedAway(@Nullable PeerId peer, PeerAddress address, String reason) implements NodeNotice {}

    /** Contracts with this code violated the merge law twice: their updates are not broadcast for this duration. */
    record ContractQuarantined(CodeHash code, String law, Duration length) implements NodeNotice {}
    /**
     * A contract that a client of this node had put was evicted, because other clients' contracts use the whole budget.
     *
     * @param bytes the bytes freed
     */
    record ContractDropped(ContractKey key, long bytes) implements NodeNotice {}

    /** The node has stopped. */
    record Stopped() implements NodeNotice {}
}
