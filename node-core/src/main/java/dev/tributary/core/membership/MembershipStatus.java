package dev.tributary.core.membership;

import dev.tributary.core.value.PeerId;
import java.util.List;

/**
 * The node's membership in the network at one moment, without its neighbours.
 *
 * @param standing whether the node is isolated, joining or settled
 * @param guests number of inbound transient links, whose peers search for neighbours through this node
 * @param guestAt peers of the outbound transient links, through which this node searches for neighbours
 * @param reserved number of neighbour slots reserved for peers that were offered one
 */
public record MembershipStatus(JoinState standing, int guests, List<PeerId> guestAt, int reserved) {

    public MembershipStatus {
        guestAt = List.copyOf(guestAt);
    }

    /** Progress of a node's join. */
    public enum JoinState {
        /** No neighbours and no outbound transient link. */
        ISOLATED,
        /** Fewer neighbours than the minimum; the node searches for more. */
        JOINING,
        /** Enough neighbours, or no new one found for some rounds. */
        SETTLED
    }
}
