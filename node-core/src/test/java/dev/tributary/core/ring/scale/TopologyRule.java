package dev.tributary.core.ring.scale;

/**
 * The rule by which the nodes of a topology choose their neighbours.
 *
 * @param min number of neighbours up to which a node searches for more
 * @param max maximum number of neighbours, not counting its ring neighbours
 * @param nearest the minimum distance that is drawn; ring neighbours cover nearer ones
 */
record TopologyRule(int min, int max, Nearest nearest) {

    enum Nearest {
        /** A thousandth of the ring, independent of the number of nodes. */
        FIXED,
        /** The mean distance between two adjacent nodes: 1/N. */
        SPACING;

        double of(int nodes) {
            return this == FIXED ? 0.001 : Math.min(0.1, 1.0 / nodes);
        }
    }

    @Override
    public String toString() {
        return min + ".." + max + (nearest == Nearest.FIXED ? " (draws from 0.001)" : "");
    }
}
