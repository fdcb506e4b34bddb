package dev.tributary.core.loop.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TimeHistogramTests {

    private static final TimeHistogram FOUR = TimeHistogram.of(Stream.of(10L, 20L, 20L, 400L));

    @Test
    void histogramOfTimesIsExact() {
        assertThat(FOUR.count()).isEqualTo(4);
        assertThat(FOUR.percentile(0.5)).isEqualTo(20);
        assertThat(FOUR.percentile(0.99)).isEqualTo(400);
        assertThat(FOUR.countUpTo(20)).isEqualTo(3);
        assertThat(FOUR.countUpTo(19)).isEqualTo(1);
    }

    @Test
    void emptyHistogramHasNoTimes() {
        assertThat(TimeHistogram.empty().percentile(0.5)).isZero();
        assertThat(TimeHistogram.of(Stream.of())).isEqualTo(TimeHistogram.empty());
    }

    @Test
    void differenceToAnEarlierOneIsWhatCameSince() {
        TimeHistogram later = FOUR.plus(TimeHistogram.of(Stream.of(10L, 30L)));

        assertThat(later.count()).isEqualTo(6);
        assertThat(later.maxNanos()).isEqualTo(400);
        assertThat(later.since(FOUR)).isEqualTo(TimeHistogram.of(Stream.of(10L, 30L)));
        assertThat(later.since(later)).isEqualTo(TimeHistogram.empty());
    }
}
