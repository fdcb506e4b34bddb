package dev.tributary.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SmallWorldTests {

    @Test
    void distancesAreDrawnLogUniformly() {
        SplittableRandom random = new SplittableRandom(1);
        SmallWorld world = SmallWorld.of(0.001);
        int[] octaves = new int[9];
        for (int i = 0; i < 90_000; i++) {
            double distance = world.draw(random);
            assertThat(distance).isBetween(0.001, 0.5);
            octaves[Math.min(8, (int) (-Math.log(2 * distance) / Math.log(2)))]++;
        }
        // ln 500 is 8.97 octaves: all octaves are full except for the last one.
        for (int octave = 0; octave < 8; octave++) {
            assertThat(octaves[octave]).as("octave %d", octave).isCloseTo(10_035, within(500));
        }
    }

    @Test
    void distributionStartsAtMeanDistanceOfRingNeighbours() {
        PeerId self = ScriptedPeer.idAt(0.5, 0);
        List<PeerId> neighbours = List.of(ScriptedPeer.idAt(0.49, 1), ScriptedPeer.idAt(0.53, 2));
        SmallWorld world = SmallWorld.around(self, neighbours);

        assertThat(world.score(0.019)).isZero();
        assertThat(world.score(0.1)).isPositive();
    }

    @Test
    void neighbourInWideGapScoresHigherThanOneBesideAnother() {
        SmallWorld world = SmallWorld.of(0.001, 0.002, 0.004, 0.4);

        assertThat(world.score(0.04)).isEqualTo(1);
        assertThat(world.score(0.0041)).isLessThan(0.05);
        assertThat(world.score(0.4)).isZero();
        assertThat(world.score(0.0001))
                .as("nearer than the start of the distribution")
                .isZero();
    }

    @Test
    void widestGapIsFoundByLogarithm() {
        SmallWorld.Gap gap = SmallWorld.of(0.001, 0.002, 0.004, 0.4).widestGap();

        assertThat(gap.middle()).isCloseTo(0.04, within(0.001));
        assertThat(gap.ratio()).isGreaterThan(2);
    }

    @Test
    void evenSpreadHasNoWiderGap() {
        double[] even = new double[9];
        for (int i = 0; i < even.length; i++) {
            even[i] = 0.001 * Math.pow(500, (i + 1) / 10.0);
        }

        assertThat(SmallWorld.of(0.001, even).widestGap().ratio()).isCloseTo(1, within(1e-9));
    }
}
