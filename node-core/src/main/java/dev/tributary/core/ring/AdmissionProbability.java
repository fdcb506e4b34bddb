package dev.tributary.core.ring;

import dev.tributary.core.value.PeerId;
import java.util.Collection;

/** The probability with which a peer becomes a neighbour: its small-world score, and more while neighbours are few. */
final class AdmissionProbability {

    /** Least probability at the number of neighbours from which not every peer is accepted. */
    private static final double FLOOR_AT_START = 0.9;

    /** Least probability just below the minimum of neighbours; from the minimum on there is none. */
    private static final double FLOOR_AT_MINIMUM = 0.3;

    private AdmissionProbability() {}

    /** Returns the probability, which may exceed 1 and is 0 at the maximum of neighbours. */
    static double of(PeerId peer, PeerId self, Collection<PeerId> neighbours, RingConfig config) {
        double score = SmallWorld.around(self, neighbours).score(self.location().distanceTo(peer.location()));
        int count = neighbours.size();
        int min = config.minNeighbours();
        if (count < min) {
            return floor(count, min) + score;
        }
        double fillLevel = (double) (count - min) / Math.max(1, config.maxNeighbours() - min);
        return score * (1 - fillLevel);
    }

    private static double floor(int count, int min) {
        int start = AdmissionPolicy.ALWAYS_ACCEPT_BELOW;
        double progress = min <= start ? 1 : (double) (count - start) / (min - start);
        return FLOOR_AT_START + progress * (FLOOR_AT_MINIMUM - FLOOR_AT_START);
    }
}
