package dev.tributary.core.simulation.report;

import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the samples of a {@link Histogram}. */
public final class HistogramBuilder {

    private final SortedMap<Integer, Long> counts = new TreeMap<>();

    public HistogramBuilder add(int number) {
        counts.merge(number, 1L, Long::sum);
        return this;
    }

    public Histogram build() {
        return new Histogram(counts);
    }
}
