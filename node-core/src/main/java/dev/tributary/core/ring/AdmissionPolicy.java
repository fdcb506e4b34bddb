package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import java.util.Collection;
import java.util.random.RandomGenerator;

/**
 * Decides whether to accept a peer as a neighbour: always while there are few neighbours; then with a probability that
 * grows with the peer's small-world score and falls with the number of neighbours; at the maximum only if the peer
 * becomes a ring neighbour. The probabilities follow the network's own rule.
 */
public final class AdmissionPolicy {

    /** Number of neighbours below which every peer is accepted. */
    static final int ALWAYS_ACCEPT_BELOW = 3;

    /** Number of ring neighbours accepted beyond the maximum: one on each side. */
    private static final int EXTRA_RING_NEIGHBOURS = 2;

    private final RingConfig config;
    private final RandomGenerator random;

    public AdmissionPolicy(RingConfig config, RandomGenerator random) {
        this.config = config;
        this.random = random;
    }

    /**
     * Returns whether to reserve a slot for the peer; draws a random number.
     *
     * @param pending number of slots reserved for other peers
     */
    public boolean admits(PeerId peer, PeerId self, Collection<PeerId> neighbours, int pending) {
        return hasFreeSlot(peer, self, neighbours, pending)
                && (neighbours.size() < ALWAYS_ACCEPT_BELOW
                        || RingNeighbours.wouldContain(self, neighbours, peer)
                        || random.nextDouble() < AdmissionProbability.of(peer, self, neighbours, config));
    }

    /**
     * Returns whether there is a free slot for the peer, regardless of its score.
     *
     * @param pending number of slots reserved for other peers
     */
    public boolean hasFreeSlot(PeerId peer, PeerId self, Collection<PeerId> neighbours, int pending) {
        int taken = neighbours.size() + pending;
        return taken < config.maxNeighbours()
                || (taken < config.maxNeighbours() + EXTRA_RING_NEIGHBOURS
                        && (neighbours.size() < ALWAYS_ACCEPT_BELOW
                                || RingNeighbours.wouldContain(self, neighbours, peer)));
    }
}
