package dev.tributary.core.contract.wasm.measure;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Sums and maxima of what a module consists of, with their limits. */
final class Tally {

    private final Map<Quantity, Counter> counters = new EnumMap<>(Quantity.class);

    private static final class Counter {

        private final long limit;
        private long value;

        Counter(long limit) {
            this.limit = limit;
        }
    }

    Tally(ModuleBounds bounds) {
        for (Quantity each : Quantity.values()) {
            counters.put(each, new Counter(bounds.of(each)));
        }
    }

    /** Adds to a sum, without a check, so that the error can name the whole sum. */
    void add(Quantity quantity, long count) {
        Counter counter = counter(quantity);
        long sum = counter.value + count;
        counter.value = sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Raises a maximum, without a check. */
    void max(Quantity quantity, long value) {
        Counter counter = counter(quantity);
        counter.value = Math.max(counter.value, value);
    }

    long get(Quantity quantity) {
        return counter(quantity).value;
    }

    /** Throws if the value exceeds its limit, before the rest of the module is measured. */
    void check(Quantity quantity) throws ExcessException {
        Counter counter = counter(quantity);
        if (counter.value > counter.limit) {
            throw new ExcessException(quantity, counter.value, counter.limit);
        }
    }

    /** Checks all quantities, in their order. */
    void checkAll() throws ExcessException {
        for (Quantity each : Quantity.values()) {
            check(each);
        }
    }

    Map<Quantity, Long> values() {
        Map<Quantity, Long> values = new HashMap<>();
        counters.forEach((quantity, counter) -> values.put(quantity, counter.value));
        return Map.copyOf(values);
    }

    private Counter counter(Quantity quantity) {
        return Objects.requireNonNull(counters.get(quantity));
    }
}
