package dev.tributary.core.value;

/** What a contract holds at one moment. Only the contract knows what the bytes mean. */
public record State(Bytes bytes) {

    public static State of(byte[] bytes) {
        return new State(Bytes.copyOf(bytes));
    }

    public static State utf8(String text) {
        return new State(Bytes.utf8(text));
    }

    /** The number of bytes. */
    public int size() {
        return bytes.size();
    }

    /**
     * SHA-256 of the bytes. The first call computes it, half a millisecond for each mebibyte: never on an event loop.
     */
    public StateDigest digest() {
        return StateDigest.of(this);
    }
}
