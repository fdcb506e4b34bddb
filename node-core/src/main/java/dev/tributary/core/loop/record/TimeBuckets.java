package dev.tributary.core.loop.record;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts times in buckets whose width grows with the time: four for each doubling, up to 18 minutes. One thread writes,
 * by ordered writes; any thread reads.
 */
final class TimeBuckets {

    private static final int MAX_EXPONENT = 40;
    private static final int SIZE = 4 * MAX_EXPONENT;

    private final AtomicLongArray counts = new AtomicLongArray(SIZE);
    private final AtomicLong max = new AtomicLong();

    /** Counts a time of 0 or more nanoseconds. Writer thread only. */
    void add(long nanos) {
        int bucket = bucketOf(nanos);
        counts.lazySet(bucket, counts.getPlain(bucket) + 1);
        if (nanos > max.getPlain()) {
            max.lazySet(nanos);
        }
    }

    TimeHistogram snapshot() {
        SortedMap<Long, Long> result = new TreeMap<>();
        for (int bucket = 0; bucket < SIZE; bucket++) {
            long count = counts.get(bucket);
            if (count > 0) {
                result.put(largestOf(bucket), count);
            }
        }
        return new TimeHistogram(result, max.get());
    }

    /** The position of the highest bit, and the two bits below it. */
    static int bucketOf(long nanos) {
        if (nanos < 4) {
            return (int) nanos;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(nanos);
        return Math.min(SIZE - 1, (exponent - 1) * 4 + (int) (nanos >>> (exponent - 2) & 3));
    }

    /** The largest time of a bucket, in nanoseconds; the last bucket has no limit. */
    static long largestOf(int bucket) {
        if (bucket < 4) {
            return bucket;
        }
        return bucket == SIZE - 1 ? Long.MAX_VALUE : ((5L + bucket % 4) << (bucket / 4 - 1)) - 1;
    }
}
