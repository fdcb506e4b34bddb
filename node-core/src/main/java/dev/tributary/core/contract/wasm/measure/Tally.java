package dev.tributary.core.contract.wasm.measure;

import java.util.EnumMap;
import java.util.Map;

/** Sums and maxima of what a module consists of, checked against the limits as they grow. */
final class Tally {

    private final ModuleBounds bounds;
    private final Map<Quantity, Long> values = new EnumMap<>(Quantity.class);
    private final long[] counts = new long[Quantity.values().length];
    private final long[] limits = new long[counts.length];

    Tally(ModuleBounds bounds) {
        this.bounds = bounds;
        for (Quantity each : Quantity.values()) {
            limits[each.ordinal()] = bounds.of(each);
        }
    }

    /** Adds to a sum, without a check, so that the error can name the whole sum. */
    void add(Quantity quantity, long count) {
        long sum = counts[quantity.ordinal()] + count;
        counts[quantity.ordinal()] = sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Raises a maximum, without a check. */
    void max(Quantity quantity, long value) {
        counts[quantity.ordinal()] = Math.max(counts[quantity.ordinal()], value);
    }

    long get(Quantity quantity) {
        return counts[quantity.ordinal()];
    }

    /** Adds to a sum, or raises a maximum before; throws at once if it exceeds its limit. */
    void check(Quantity quantity) throws ExcessException {
        if (counts[quantity.ordinal()] > limits[quantity.ordinal()]) {
            throw new ExcessException(quantity, counts[quantity.ordinal()], bounds.of(quantity));
        }
    }

    /** Checks all quantities, in their order. */
    void checkAll() throws ExcessException {
        for (Quantity each : Quantity.values()) {
            check(each);
        }
    }

    Map<Quantity, Long> values() {
        for (Quantity each : Quantity.values()) {
            values.put(each, get(each));
        }
        return Map.copyOf(values);
    }
}
