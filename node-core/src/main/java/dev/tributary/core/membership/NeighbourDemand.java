package dev.tributary.core.membership;

/** How urgently a node needs neighbours. */
public enum NeighbourDemand {

    /** The node has at least the minimum number of neighbours. */
    NOBODY,

    /** The node has fewer neighbours than the minimum. */
    MORE,

    /** The node is isolated: no neighbours and no outbound transient link. */
    ANYBODY
}
