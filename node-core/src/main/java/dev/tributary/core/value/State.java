package dev.tributary.core.value;

/** The state of a contract at one moment. Only the contract can interpret the bytes. */
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
     * Returns SHA-256 of the bytes. The first call computes it, in 0.5 ms per MiB: do not call it on an event loop.
     */
    public StateDigest digest() {
        return StateDigest.of(this);
    }
}
