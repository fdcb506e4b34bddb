package dev.tributary.core.simulation.report;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The number of occurrences of each integer. Immutable. */
public record Histogram(SortedMap<Integer, Long> counts) {

    public Histogram {
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    }

    /** The number of samples. */
    public long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The smallest sample; 0 if there is none. */
    public int min() {
        return counts.isEmpty() ? 0 : counts.firstKey();
    }

    /** The largest sample; 0 if there is none. */
    public int max() {
        return counts.isEmpty() ? 0 : counts.lastKey();
    }

    public int median() {
        return percentile(50);
    }

    /** The smallest value that this percentage of the samples does not exceed; 0 if there is none. */
    public int percentile(double percent) {
        long rank = (long) Math.ceil(total() * percent / 100);
        long seen = 0;
        for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
            seen += entry.getValue();
            if (seen >= rank) {
                return entry.getKey();
            }
        }
        return 0;
    }

    /** The mean of the samples; 0 if there is none. */
    public double mean() {
        double sum = 0;
        for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
            sum += (double) entry.getKey() * entry.getValue();
        }
        return counts.isEmpty() ? 0 : sum / total();
    }
}
