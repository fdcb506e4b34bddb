package dev.tributary.core.loop.record;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How often which time was measured.
 *
 * @param counts number of measured times by the largest time of their bucket, in nanoseconds
 * @param maxNanos the largest measured time
 */
public record TimeHistogram(SortedMap<Long, Long> counts, long maxNanos) {

    public TimeHistogram {
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    }

    /** A histogram without any measured time. */
    public static TimeHistogram empty() {
        return new TimeHistogram(new TreeMap<>(), 0);
    }

    /** A histogram of these times, without rounding. */
    public static TimeHistogram of(Stream<Long> nanos) {
        SortedMap<Long, Long> counts =
                new TreeMap<>(nanos.collect(Collectors.groupingBy(each -> each, Collectors.counting())));
        return new TimeHistogram(counts, counts.isEmpty() ? 0 : counts.lastKey());
    }

    /** Number of measured times. */
    public long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Number of measured times that are at most this long; those of the bucket that it falls into do not count. */
    public long countUpTo(long nanos) {
        return counts.headMap(nanos + 1).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The time in nanoseconds that this share of the measured times does not exceed, 0 to 1; too large by up to a quarter. */
    public long percentile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * count()));
        long seen = 0;
        for (Map.Entry<Long, Long> bucket : counts.entrySet()) {
            seen += bucket.getValue();
            if (seen >= rank) {
                return Math.min(bucket.getKey(), maxNanos);
            }
        }
        return 0;
    }

    /** This histogram and the other one together. */
    public TimeHistogram plus(TimeHistogram other) {
        SortedMap<Long, Long> sum = new TreeMap<>(counts);
        other.counts.forEach((bucket, count) -> sum.merge(bucket, count, Long::sum));
        return new TimeHistogram(sum, Math.max(maxNanos, other.maxNanos));
    }

    /** What was measured since an earlier snapshot of the same histogram; its largest time is that of its last bucket. */
    public TimeHistogram since(TimeHistogram earlier) {
        SortedMap<Long, Long> rest = new TreeMap<>();
        counts.forEach((bucket, count) -> {
            long more = count - earlier.counts.getOrDefault(bucket, 0L);
            if (more > 0) {
                rest.put(bucket, more);
            }
        });
        return new TimeHistogram(rest, rest.isEmpty() ? 0 : Math.min(rest.lastKey(), maxNanos));
    }
}
