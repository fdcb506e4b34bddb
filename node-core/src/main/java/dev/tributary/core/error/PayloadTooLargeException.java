package dev.tributary.core.error;

/** A payload exceeds the size limit of its kind. */
public final class PayloadTooLargeException extends NodeException {

    private final String payload;
    private final long size;
    private final long limit;

    public PayloadTooLargeException(String payload, long size, long limit) {
        super(Kind.PAYLOAD_TOO_LARGE, payload + " has " + size + " bytes; at most " + limit + " are allowed");
        this.payload = payload;
        this.size = size;
        this.limit = limit;
    }

    /** Returns what is too large. */
    public String payload() {
        return payload;
    }

    /** Returns the size in bytes. */
    public long size() {
        return size;
    }

    /** Returns the limit in bytes. */
    public long limit() {
        return limit;
    }
}
