package dev.tributary.core.contract.wasm.measure;

/** A module has more of something than is allowed. */
public final class ExcessException extends Exception {

    private final transient Quantity quantity;
    private final long value;
    private final long limit;

    public ExcessException(Quantity quantity, long value, long limit) {
        super("it has " + value + " " + quantity.label() + "; at most " + limit + " are allowed", null, false, false);
        this.quantity = quantity;
        this.value = value;
        this.limit = limit;
    }

    public Quantity quantity() {
        return quantity;
    }

    /** What was found. */
    public long value() {
        return value;
    }

    /** The maximum. */
    public long limit() {
        return limit;
    }
}
