package dev.tributary.core.ring;

import static dev.tributary.core.test.ScriptedPeer.idAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.RingLocation;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SearchTargetsTests {

    private static final PeerId SELF = idAt(0.95, 0);
    private static final PeerId SUCCESSOR = idAt(0.15, 1);
    private static final PeerId PREDECESSOR = idAt(0.85, 2);
    private static final List<PeerId> NEIGHBOURS = List.of(idAt(0.4, 3), SUCCESSOR, PREDECESSOR);

    private final SearchTargets targets = new SearchTargets(SELF, new SplittableRandom(5));

    @Test
    void nodeWithFewNeighboursSearchesAroundItselfAndFartherAfterFailures() {
        assertThat(targets.draw(1, List.of(), 0)).containsExactly(SELF.location());
        for (RingLocation target : targets.draw(10, List.of(SUCCESSOR), 100)) {
            assertThat(target.distanceTo(SELF.location())).isLessThanOrEqualTo(0.25);
        }
    }

    @Test
    void nodeWithManyNeighboursSearchesInTheWidestGap() {
        // No neighbour at a distance between 0.004 and 0.4.
        List<PeerId> gap =
                List.of(idAt(0.951, 1), idAt(0.949, 2), idAt(0.954, 3), idAt(0.35, 4), idAt(0.351, 5), idAt(0.36, 6));

        List<RingLocation> drawn = targets.draw(100, gap, 0);

        assertThat(drawn.stream()
                        .filter(target -> target.distanceTo(SELF.location()) > 0.025
                                && target.distanceTo(SELF.location()) < 0.06))
                .hasSizeGreaterThanOrEqualTo(50);
        assertThat(drawn).doesNotHaveDuplicates();
        assertThat(targets.widestGapRatio(gap)).isGreaterThan(3);
    }

    @Test
    void ringNeighboursAreFoundAcrossTheEndOfTheRing() {
        assertThat(RingNeighbours.successor(SELF, NEIGHBOURS)).contains(SUCCESSOR);
        assertThat(RingNeighbours.predecessor(SELF, NEIGHBOURS)).contains(PREDECESSOR);
    }

    @Test
    void nearerNeighboursAreSearchedAtOwnLocationAndWithinHalfTheGapOnBothSides() {
        for (int i = 0; i < 100; i++) {
            List<RingLocation> locations = targets.adjacentTargets(NEIGHBOURS);

            assertThat(locations).hasSize(3).first().isEqualTo(SELF.location());
            assertThat(SELF.location().clockwiseTo(locations.get(1))).isBetween(0.0249, 0.1000001);
            assertThat(locations.get(2).clockwiseTo(SELF.location())).isBetween(0.0499, 0.0500001);
        }
        assertThat(targets.adjacentTargets(List.of())).containsOnly(SELF.location());
    }

    @Test
    void searchOnSideWithWideGapCoversAllScalesDownToOppositeGap() {
        List<PeerId> oneSided = List.of(idAt(0.951, 1), idAt(0.3, 2));

        double[] distances = new double[1000];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = targets.adjacentTargets(oneSided).get(2).clockwiseTo(SELF.location());
        }
        assertThat(Arrays.stream(distances)).allMatch(distance -> distance > 0.00024 && distance < 0.3251);
        assertThat(Arrays.stream(distances).filter(distance -> distance < 0.001))
                .hasSizeBetween(120, 280);
        assertThat(Arrays.stream(distances).filter(distance -> distance > 0.1)).hasSizeBetween(100, 250);
    }

    @Test
    void singleNeighbourIsSuccessorAndPredecessor() {
        assertThat(RingNeighbours.successor(SELF, List.of(SUCCESSOR))).contains(SUCCESSOR);
        assertThat(RingNeighbours.predecessor(SELF, List.of(SUCCESSOR))).contains(SUCCESSOR);
        assertThat(RingNeighbours.wouldContain(SELF, List.of(SUCCESSOR), PREDECESSOR))
                .isTrue();
        assertThat(RingNeighbours.wouldContain(SELF, NEIGHBOURS, idAt(0.5, 9))).isFalse();
        assertThat(RingNeighbours.wouldContain(SELF, NEIGHBOURS, idAt(0.01, 9))).isTrue();
    }

    @Test
    void leastUsefulNeighbourIsBesideAnotherAndNeverRingNeighbour() {
        PeerId twin = idAt(0.4001, 9);
        List<PeerId> all = List.of(idAt(0.4, 3), twin, SUCCESSOR, PREDECESSOR, idAt(0.7, 4));

        assertThat(targets.leastUseful(all, all))
                .hasValueSatisfying(peer -> assertThat(peer.location().value()).isCloseTo(0.4, within(0.001)));
        assertThat(targets.leastUseful(all, List.of(SUCCESSOR, PREDECESSOR))).isEmpty();
        assertThat(targets.leastUseful(all, List.of(twin, SUCCESSOR))).contains(twin);
    }
}
