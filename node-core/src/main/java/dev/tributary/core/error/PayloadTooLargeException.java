package dev.tributary.core.error;

/** Something is larger than the limit for its kind. */
public final class PayloadTooLargeException extends NodeException {

    private final String what;
    private final long size;
    private final long limit;

    public PayloadTooLargeException(String what, long size, long limit) {
        super(what + " has " + size + " bytes; at most " + limit + " are allowed");
        this.what = what;
        this.size = size;
        this.limit = limit;
    }

    /** What is too large. */
    public String what() {
        return what;
    }

    /** Its size in bytes. */
    public long size() {
        return size;
    }

    /** What is allowed, in bytes. */
    public long limit() {
        return limit;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
