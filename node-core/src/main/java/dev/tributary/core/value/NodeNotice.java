package dev.tributary.core.value;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something about the node that is worth telling, for people and dashboards. */
public sealed interface NodeNotice {

    /** The node runs and can be reached here. */
    record Started(PeerId self, PeerAddress address) implements NodeNotice {}

    /** A neighbour is linked. */
    record PeerLinked(PeerId peer, PeerAddress address) implements NodeNotice {}

    /** A neighbour is gone. */
    record PeerDeparted(PeerId peer, String reason) implements NodeNotice {}

    /** A peer could not be dialled; it is tried again. */
    record DialFailed(PeerAddress address, String reason) implements NodeNotice {}

    /** Somebody who connected did not become a neighbour. */
    record PeerTurnedAway(@Nullable PeerId peer, PeerAddress address, String reason) implements NodeNotice {}

    /** Contracts of this code broke the law twice: their updates are not spread for as long as this. */
    record ContractQuarantined(CodeHash code, String law, Duration length) implements NodeNotice {}
    /**
     * A contract that a client of this node had put was given up, because other clients' contracts take all the room.
     *
     * @param bytes the room that it took
     */
    record ContractDropped(ContractKey key, long bytes) implements NodeNotice {}

    /** The node has stopped. */
    record Stopped() implements NodeNotice {}
}
