package dev.tributary.core.value;

/** Parameters of one instance of a contract's code. Fixed at creation, part of the contract's id. */
public record Parameters(Bytes bytes) {

    private static final Parameters NONE = new Parameters(Bytes.empty());

    public static Parameters none() {
        return NONE;
    }

    public static Parameters of(byte[] bytes) {
        return new Parameters(Bytes.copyOf(bytes));
    }

    public static Parameters utf8(String text) {
        return new Parameters(Bytes.utf8(text));
    }
}
