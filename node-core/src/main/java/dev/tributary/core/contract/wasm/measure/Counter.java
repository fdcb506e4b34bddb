package dev.tributary.core.contract.wasm.measure;

/** The value of a quantity of one module, and its limit. */
final class Counter {

    private final Quantity quantity;
    private final long limit;
    private long value;

    Counter(Quantity quantity, long limit) {
        this.quantity = quantity;
        this.limit = limit;
    }

    long value() {
        return value;
    }

    /** Adds to the value, up to the largest number. */
    void add(long count) {
        long sum = value + count;
        value = sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Raises the value to this one, if it is lower. */
    void max(long other) {
        value = Math.max(value, other);
    }

    /** Throws if the value exceeds the limit. */
    void check() throws ExcessException {
        if (value > limit) {
            throw new ExcessException(quantity, value, limit);
        }
    }
}
