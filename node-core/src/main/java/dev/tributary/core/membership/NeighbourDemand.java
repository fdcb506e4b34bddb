package dev.tributary.core.membership;

/** How urgently a node needs neighbours. */
public enum NeighbourDemand {

    /** The node has at least the minimum number of neighbours. */
    SATISFIED,

    /** The node has fewer neighbours than the minimum. */
    TOO_FEW,

    /** The node is isolated: no neighbours and no outbound transient link. */
    ISOLATED
}
