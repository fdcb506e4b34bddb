package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import java.util.Collection;
import java.util.random.RandomGenerator;

/**
 * Whether a peer is welcome as a neighbour: always while there are few; then the more likely, the better it fits into a
 * small world and the fewer there are; at last only if it is next to the node on the ring. The probabilities follow the
 * network's own rule.
 */
public final class Acceptance {

    /** Fewer are no choice: whoever comes is welcome. */
    private static final int FEW = 3;

    /** How many more than the maximum there may be because they are next to the node: one a side. */
    private static final int NEXT = 2;

    private static final double FLOOR_AT_FEW = 0.9;
    private static final double FLOOR_AT_MINIMUM = 0.3;

    private final RingConfig config;
    private final RandomGenerator random;

    public Acceptance(RingConfig config, RandomGenerator random) {
        this.config = config;
        this.random = random;
    }

    /**
     * Whether to keep a place for the peer.
     *
     * @param pending how many places are kept for others
     */
    public boolean welcomes(PeerId peer, PeerId self, Collection<PeerId> neighbours, int pending) {
        return hasRoom(peer, self, neighbours, pending)
                && (neighbours.size() < FEW
                        || Lattice.admits(self, neighbours, peer)
                        || random.nextDouble() < chance(peer, self, neighbours, neighbours.size()));
    }

    /**
     * Whether there is a place for the peer at all, however little it fits.
     *
     * @param pending how many places are kept for others
     */
    public boolean hasRoom(PeerId peer, PeerId self, Collection<PeerId> neighbours, int pending) {
        int taken = neighbours.size() + pending;
        return taken < config.maxNeighbours()
                || (taken < config.maxNeighbours() + NEXT
                        && (neighbours.size() < FEW || Lattice.admits(self, neighbours, peer)));
    }

    private double chance(PeerId peer, PeerId self, Collection<PeerId> neighbours, int count) {
        double worth = SmallWorld.around(self, neighbours).worth(self.location().distanceTo(peer.location()));
        int least = config.minNeighbours();
        if (count < least) {
            double way = least <= FEW ? 1 : (double) (count - FEW) / (least - FEW);
            return FLOOR_AT_FEW + way * (FLOOR_AT_MINIMUM - FLOOR_AT_FEW) + worth;
        }
        double filled = (double) (count - least) / Math.max(1, config.maxNeighbours() - least);
        return worth * (1 - filled);
    }
}
