package dev.tributary.core.membership;

import dev.tributary.core.value.PeerId;
import java.util.List;

/**
 * The node's membership in the network at one moment, without its neighbours.
 *
 * @param joinState whether the node is isolated, joining or settled
 * @param transientLinks number of inbound transient links, whose peers search for neighbours through this node
 * @param transientVia peers of the outbound transient links, through which this node searches for neighbours
 * @param reservedSlots number of neighbour slots reserved for peers that were offered one
 */
public record MembershipStatus(JoinState joinState, int transientLinks, List<PeerId> transientVia, int reservedSlots) {

    public MembershipStatus {
        transientVia = List.copyOf(transientVia);
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
