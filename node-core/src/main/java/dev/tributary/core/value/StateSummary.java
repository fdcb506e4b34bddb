package dev.tributary.core.value;

/** A compact description of a state, from which a contract computes the delta that the state is missing. */
public record StateSummary(Bytes bytes) {

    public static StateSummary of(byte[] bytes) {
        return new StateSummary(Bytes.copyOf(bytes));
    }

    public static StateSummary utf8(String text) {
        return new StateSummary(Bytes.utf8(text));
    }

    /** The number of bytes. */
    public int size() {
        return bytes.size();
    }
}
