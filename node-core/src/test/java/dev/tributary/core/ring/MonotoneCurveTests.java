package dev.tributary.core.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.core.ring.MonotoneCurve.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class MonotoneCurveTests {

    @Test
    void nonDecreasingSamplesAreKept() {
        MonotoneCurve curve = MonotoneCurve.fit(List.of(new Sample(3, 30), new Sample(1, 10), new Sample(2, 15)));

        assertThat(curve.at(1)).isEqualTo(10);
        assertThat(curve.at(2)).isEqualTo(15);
        assertThat(curve.at(3)).isEqualTo(30);
    }

    @Test
    void curveIsLinearBetweenSamplesAndConstantOutside() {
        MonotoneCurve curve = MonotoneCurve.fit(List.of(new Sample(1, 10), new Sample(3, 20)));

        assertThat(curve.at(2)).isEqualTo(15);
        assertThat(curve.at(0)).isEqualTo(10);
        assertThat(curve.at(4)).isEqualTo(20);
    }

    @Test
    void decreasingSamplesArePooledToTheirMean() {
        MonotoneCurve curve =
                MonotoneCurve.fit(List.of(new Sample(1, 9), new Sample(2, 6), new Sample(3, 3), new Sample(4, 10)));

        assertThat(curve.at(1)).isEqualTo(6);
        assertThat(curve.at(2)).isEqualTo(6);
        assertThat(curve.at(4)).isEqualTo(10);
    }

    @Test
    void singleSampleIsConstant() {
        assertThat(MonotoneCurve.fit(List.of(new Sample(5, 7))).at(100)).isEqualTo(7);
    }

    /**
     * The fit at a sample is the maximum over all starts up to it of the minimum mean from there to any end after it.
     */
    @RepeatedTest(50)
    void curveIsLeastSquaresFit(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Sample> samples = new ArrayList<>();
        int size = 1 + random.nextInt(60);
        for (int x = 0; x < size; x++) {
            samples.add(new Sample(x, random.nextInt(20) + x / 4.0));
        }
        List<Sample> shuffled = new ArrayList<>(samples);
        Collections.shuffle(shuffled, random);
        MonotoneCurve curve = MonotoneCurve.fit(shuffled);

        int start = 0;
        for (int i = 0; i < size; i++) {
            boolean ends = i + 1 == size || maxMinMean(samples, i + 1) > maxMinMean(samples, i) + 1e-9;
            if (ends) {
                assertThat(curve.at((start + i) / 2.0)).isCloseTo(maxMinMean(samples, i), within(1e-9));
                start = i + 1;
            }
        }
    }

    @RepeatedTest(10)
    void curveIsNonDecreasing(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Sample> samples = Stream.generate(() -> new Sample(random.nextInt(30), random.nextGaussian()))
                .limit(200)
                .toList();
        MonotoneCurve curve = MonotoneCurve.fit(samples);

        for (double x = -1; x < 31; x += 0.1) {
            assertThat(curve.at(x + 0.1)).isGreaterThanOrEqualTo(curve.at(x));
        }
    }

    private static double maxMinMean(List<Sample> samples, int i) {
        double max = Double.NEGATIVE_INFINITY;
        for (int start = 0; start <= i; start++) {
            double min = Double.POSITIVE_INFINITY;
            for (int end = i; end < samples.size(); end++) {
                min = Math.min(
                        min,
                        samples.subList(start, end + 1).stream()
                                .mapToDouble(Sample::y)
                                .average()
                                .orElseThrow());
            }
            max = Math.max(max, min);
        }
        return max;
    }
}
