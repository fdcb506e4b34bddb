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

class TargetsTests {

    private static final PeerId SELF = idAt(0.95, 0);
    private static final PeerId AFTER = idAt(0.15, 1);
    private static final PeerId BEFORE = idAt(0.85, 2);
    private static final List<PeerId> NEIGHBOURS = List.of(idAt(0.4, 3), AFTER, BEFORE);

    private final Targets targets = new Targets(SELF, new SplittableRandom(5));

    @Test
    void aNodeWithFewNeighboursLooksAroundItsOwnPlaceAndFartherAfterEveryFailure() {
        assertThat(targets.some(1, List.of(), 0)).containsExactly(SELF.location());
        for (RingLocation target : targets.some(10, List.of(AFTER), 100)) {
            assertThat(target.distanceTo(SELF.location())).isLessThanOrEqualTo(0.25);
        }
    }

    @Test
    void aNodeWithManyNeighboursLooksWhereTheGapIsAndWhereASmallWorldNeedsSomebody() {
        // Nobody between 0.004 and 0.4.
        List<PeerId> gap =
                List.of(idAt(0.951, 1), idAt(0.949, 2), idAt(0.954, 3), idAt(0.35, 4), idAt(0.351, 5), idAt(0.36, 6));

        List<RingLocation> some = targets.some(100, gap, 0);

        assertThat(some.stream()
                        .filter(target -> target.distanceTo(SELF.location()) > 0.025
                                && target.distanceTo(SELF.location()) < 0.06))
                .hasSizeGreaterThanOrEqualTo(50);
        assertThat(some).doesNotHaveDuplicates();
        assertThat(targets.excess(gap)).isGreaterThan(3);
    }

    @Test
    void theNeighboursNextToTheNodeAreFoundAcrossTheEndOfTheRing() {
        assertThat(Lattice.successor(SELF, NEIGHBOURS)).contains(AFTER);
        assertThat(Lattice.predecessor(SELF, NEIGHBOURS)).contains(BEFORE);
    }

    @Test
    void nearerNeighboursAreLookedForAtTheOwnPlaceAndOnBothSidesWithinHalfTheWay() {
        for (int i = 0; i < 100; i++) {
            List<RingLocation> places = targets.nextToSelf(NEIGHBOURS);

            assertThat(places).hasSize(3).first().isEqualTo(SELF.location());
            assertThat(SELF.location().clockwiseTo(places.get(1))).isBetween(0.0249, 0.1000001);
            assertThat(places.get(2).clockwiseTo(SELF.location())).isBetween(0.0499, 0.0500001);
        }
        assertThat(targets.nextToSelf(List.of())).containsOnly(SELF.location());
    }

    @Test
    void whereTheNearestKnownOneIsFarItIsLookedForAtEveryScaleDownToTheOtherSides() {
        List<PeerId> oneSided = List.of(idAt(0.951, 1), idAt(0.3, 2));

        double[] ways = new double[1000];
        for (int i = 0; i < ways.length; i++) {
            ways[i] = targets.nextToSelf(oneSided).get(2).clockwiseTo(SELF.location());
        }
        assertThat(Arrays.stream(ways)).allMatch(way -> way > 0.00024 && way < 0.3251);
        assertThat(Arrays.stream(ways).filter(way -> way < 0.001)).hasSizeBetween(120, 280);
        assertThat(Arrays.stream(ways).filter(way -> way > 0.1)).hasSizeBetween(100, 250);
    }

    @Test
    void oneNeighbourIsNextToTheNodeOnBothSides() {
        assertThat(Lattice.successor(SELF, List.of(AFTER))).contains(AFTER);
        assertThat(Lattice.predecessor(SELF, List.of(AFTER))).contains(AFTER);
        assertThat(Lattice.admits(SELF, List.of(AFTER), BEFORE)).isTrue();
        assertThat(Lattice.admits(SELF, NEIGHBOURS, idAt(0.5, 9))).isFalse();
        assertThat(Lattice.admits(SELF, NEIGHBOURS, idAt(0.01, 9))).isTrue();
    }

    @Test
    void theLeastUsefulIsTheOneBesideAnotherAndNeverOneNextToTheNode() {
        PeerId twin = idAt(0.4001, 9);
        List<PeerId> all = List.of(idAt(0.4, 3), twin, AFTER, BEFORE, idAt(0.7, 4));

        assertThat(targets.leastUseful(all, all))
                .hasValueSatisfying(peer -> assertThat(peer.location().value()).isCloseTo(0.4, within(0.001)));
        assertThat(targets.leastUseful(all, List.of(AFTER, BEFORE))).isEmpty();
        assertThat(targets.leastUseful(all, List.of(twin, AFTER))).contains(twin);
    }
}
