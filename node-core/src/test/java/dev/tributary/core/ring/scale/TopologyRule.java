package dev.tributary.core.ring.scale;

/**
 * How the nodes of a topology choose their neighbours.
 *
 * @param least a node looks for neighbours until it has so many
 * @param most and takes no more than so many, its successor and predecessor excepted
 * @param nearest the nearest distance that is drawn; what is nearer is left to successor and predecessor
 */
record TopologyRule(int least, int most, Nearest nearest) {

    enum Nearest {
        /** A thousandth of the ring, however many nodes there are. */
        FIXED,
        /** What one node has of the ring: 1/N. */
        SPACING;

        double of(int nodes) {
            return this == FIXED ? 0.001 : Math.min(0.1, 1.0 / nodes);
        }
    }

    @Override
    public String toString() {
        return least + ".." + most + (nearest == Nearest.FIXED ? " (draws from 0.001)" : "");
    }
}
