package dev.tributary.core.ring;

import static dev.tributary.core.test.ScriptedPeer.idAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.value.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AdmissionPolicyTests {

    private static final PeerId SELF = idAt(0.5, 0);
    private static final int TRIALS = 10_000;

    private final RingConfig config = RingConfig.defaults().withNeighbours(5, 10);
    private final AdmissionPolicy acceptance = new AdmissionPolicy(config, new SplittableRandom(3));

    @Test
    void everyPeerIsAcceptedWhileThereAreFewNeighbours() {
        assertThat(acceptanceRate(idAt(0.1, 1), List.of())).isEqualTo(1);
        assertThat(acceptanceRate(idAt(0.7, 1), List.of(idAt(0.1, 1), idAt(0.2, 2))))
                .isEqualTo(1);
    }

    @Test
    void belowMinimumProbabilityFallsWithNeighboursAndRisesWithScore() {
        // With ring neighbours on both sides, so that no peer below is accepted as a ring neighbour.
        List<PeerId> three = List.of(idAt(0.499, 1), idAt(0.501, 2), idAt(0.6, 3));
        List<PeerId> four = List.of(idAt(0.499, 1), idAt(0.501, 2), idAt(0.6, 3), idAt(0.61, 4));

        double twin = acceptanceRate(idAt(0.6001, 9), three);
        assertThat(twin).isBetween(0.88, 0.93);
        assertThat(acceptanceRate(idAt(0.6001, 9), four)).isBetween(0.55, 0.7).isLessThan(twin);
        assertThat(acceptanceRate(idAt(0.53, 9), four)).isEqualTo(1);
    }

    @Test
    void aboveMinimumProbabilityIsScoreTimesFreeShare() {
        double withFive = acceptanceRate(idAt(0.53, 9), neighbours(5));
        double withNine = acceptanceRate(idAt(0.53, 9), neighbours(9));

        assertThat(acceptanceRate(idAt(0.6, 99), neighbours(5)))
                .as("beside another neighbour")
                .isLessThan(0.05);
        assertThat(withFive).isGreaterThan(0.9);
        assertThat(withNine).isBetween(0.1, 0.3);
    }

    @Test
    void atMaximumOnlyTwoRingNeighboursAreAccepted() {
        PeerId adjacent = idAt(0.5005, 9);

        assertThat(acceptanceRate(idAt(0.53, 9), neighbours(10))).isZero();
        assertThat(acceptanceRate(adjacent, neighbours(10))).isEqualTo(1);
        assertThat(acceptanceRate(adjacent, neighbours(12))).isZero();
    }

    @Test
    void slotsAreFreeForAnyPeerUpToMaximumAndThenForTwoRingNeighbours() {
        PeerId twin = idAt(0.6, 99);
        PeerId adjacent = idAt(0.5005, 9);

        assertThat(acceptance.hasFreeSlot(twin, SELF, neighbours(9), 0)).isTrue();
        assertThat(acceptance.hasFreeSlot(twin, SELF, neighbours(9), 1)).isFalse();
        assertThat(acceptance.hasFreeSlot(twin, SELF, neighbours(10), 0)).isFalse();
        assertThat(acceptance.hasFreeSlot(adjacent, SELF, neighbours(10), 1)).isTrue();
        assertThat(acceptance.hasFreeSlot(adjacent, SELF, neighbours(10), 2)).isFalse();
    }

    @Test
    void reservedSlotsCount() {
        assertThat(acceptance.admits(idAt(0.53, 9), SELF, neighbours(5), 5)).isFalse();
        assertThat(acceptance.admits(idAt(0.5005, 9), SELF, neighbours(5), 7)).isFalse();
    }

    /** Returns one ring neighbour on each side; all others are clustered at a distance of a tenth of the ring. */
    private static List<PeerId> neighbours(int count) {
        List<PeerId> all = new ArrayList<>(List.of(idAt(0.499, 1), idAt(0.501, 2)));
        for (int i = 2; i < count; i++) {
            all.add(idAt(0.6 + i * 1e-6, i));
        }
        return all;
    }

    private double acceptanceRate(PeerId peer, List<PeerId> neighbours) {
        int accepted = 0;
        for (int i = 0; i < TRIALS; i++) {
            accepted += acceptance.admits(peer, SELF, neighbours, 0) ? 1 : 0;
        }
        return (double) accepted / TRIALS;
    }
}
