package dev.tributary.core.contract.wasm.measure;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Sums and maxima of what a module consists of, with their limits. */
final class Tally {

    private final Map<Quantity, Counter> counters = new EnumMap<>(Quantity.class);

    Tally(ModuleBounds bounds) {
        for (Quantity each : Quantity.values()) {
            counters.put(each, new Counter(each, bounds.of(each)));
        }
    }

    /** Adds to a sum, without a check, so that the error can name the whole sum. */
    void add(Quantity quantity, long count) {
        counter(quantity).add(count);
    }

    /** Raises a maximum, without a check. */
    void max(Quantity quantity, long value) {
        counter(quantity).max(value);
    }

    long get(Quantity quantity) {
        return counter(quantity).value();
    }

    /** Throws if the value exceeds its limit, before the rest of the module is measured. */
    void check(Quantity quantity) throws ExcessException {
        counter(quantity).check();
    }

    /** Checks all quantities, in their order. */
    void checkAll() throws ExcessException {
        for (Quantity each : Quantity.values()) {
            check(each);
        }
    }

    Map<Quantity, Long> values() {
        Map<Quantity, Long> values = new HashMap<>();
        counters.forEach((quantity, counter) -> values.put(quantity, counter.value()));
        return Map.copyOf(values);
    }

    private Counter counter(Quantity quantity) {
        return Objects.requireNonNull(counters.get(quantity));
    }
}
