package dev.tributary.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SmallWorldTests {

    @Test
    void distancesAreDrawnEvenlyInTheirLogarithm() {
        SplittableRandom random = new SplittableRandom(1);
        int[] octaves = new int[9];
        for (int i = 0; i < 90_000; i++) {
            double distance = SmallWorld.draw(random);
            assertThat(distance).isBetween(SmallWorld.NEAREST, SmallWorld.FARTHEST);
            octaves[Math.min(8, (int) (-Math.log(2 * distance) / Math.log(2)))]++;
        }
        // ln 500 are 8.97 octaves: all are full but the last, a bit.
        for (int octave = 0; octave < 8; octave++) {
            assertThat(octaves[octave]).as("octave %d", octave).isCloseTo(10_035, within(500));
        }
    }

    @Test
    void aNeighbourInAWideGapIsWorthMoreThanOneBesideAnother() {
        double[] others = {0.002, 0.004, 0.4};

        assertThat(SmallWorld.worth(0.04, others)).isEqualTo(1);
        assertThat(SmallWorld.worth(0.0041, others)).isLessThan(0.05);
        assertThat(SmallWorld.worth(0.4, others)).isZero();
        assertThat(SmallWorld.worth(0.0001, others))
                .as("nearer than the small world begins")
                .isZero();
    }

    @Test
    void theWidestGapIsFoundInTheLogarithm() {
        SmallWorld.Gap gap = SmallWorld.widestGap(new double[] {0.002, 0.004, 0.4});

        assertThat(gap.middle()).isCloseTo(0.04, within(0.001));
        assertThat(gap.excess()).isGreaterThan(2);
    }

    @Test
    void anEvenSpreadLeavesNoGapWiderThanEven() {
        double[] even = new double[9];
        for (int i = 0; i < even.length; i++) {
            even[i] = SmallWorld.NEAREST * Math.pow(SmallWorld.FARTHEST / SmallWorld.NEAREST, (i + 1) / 10.0);
        }

        assertThat(SmallWorld.widestGap(even).excess()).isCloseTo(1, within(1e-9));
    }
}
