package dev.tributary.core.loop.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimeBucketsTests {

    @Test
    void everyTimeIsInABucketThatIsAtMostAQuarterTooLarge() {
        for (long nanos = 0; nanos < 1L << 39; nanos += 1 + nanos / 7) {
            int bucket = TimeBuckets.bucketOf(nanos);
            long largest = TimeBuckets.largestOf(bucket);

            assertThat(largest).isBetween(nanos, nanos + nanos / 4);
            assertThat(TimeBuckets.bucketOf(largest)).isEqualTo(bucket);
            assertThat(TimeBuckets.bucketOf(largest + 1)).isEqualTo(bucket + 1);
        }
    }

    @Test
    void longestTimeIsInTheLastBucket() {
        assertThat(TimeBuckets.largestOf(TimeBuckets.bucketOf(Long.MAX_VALUE))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void percentilesAndMaximumAreThoseOfTheCountedTimes() {
        TimeBuckets buckets = new TimeBuckets();
        for (int i = 1; i <= 1000; i++) {
            buckets.add(i * 1_000L);
        }

        TimeHistogram times = buckets.snapshot();

        assertThat(times.count()).isEqualTo(1000);
        assertThat(times.percentile(0.5)).isBetween(500_000L, 625_000L);
        assertThat(times.percentile(0.99)).isBetween(990_000L, 1_000_000L);
        assertThat(times.percentile(1)).isEqualTo(1_000_000);
        assertThat(times.maxNanos()).isEqualTo(1_000_000);
    }
}
