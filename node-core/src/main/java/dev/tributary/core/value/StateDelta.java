package dev.tributary.core.value;

/** A change to a state: the part that the receiver is missing. Zero bytes mean that nothing is missing. */
public record StateDelta(Bytes bytes) {

    public static StateDelta of(byte[] bytes) {
        return new StateDelta(Bytes.copyOf(bytes));
    }

    public static StateDelta utf8(String text) {
        return new StateDelta(Bytes.utf8(text));
    }

    /** The number of bytes. */
    public int size() {
        return bytes.size();
    }
}
