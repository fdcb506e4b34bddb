package dev.tributary.core.value;

/** A digest of a state from which a contract computes the delta that its holder is missing. */
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
