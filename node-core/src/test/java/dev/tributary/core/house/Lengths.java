package dev.tributary.core.house;

import java.util.List;

/** Median, 90th percentile and maximum of lengths, by nearest rank. */
record Lengths(int median, int p90, int max) {

    static Lengths of(List<Integer> lengths) {
        List<Integer> sorted = lengths.stream().sorted().toList();
        return new Lengths(rank(sorted, 50), rank(sorted, 90), rank(sorted, 100));
    }

    private static int rank(List<Integer> sorted, int percent) {
        return sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }

    @Override
    public String toString() {
        return "median " + median + ", p90 " + p90 + ", maximum " + max;
    }
}
