package dev.tributary.core.error;

/** A concurrency or queue limit is reached: the work was not started. */
public final class NodeBusyException extends NodeException {

    private final String what;
    private final int limit;

    public NodeBusyException(String what, int limit) {
        super("busy: limit of " + limit + " " + what + " reached");
        this.what = what;
        this.limit = limit;
    }

    /** Returns what is limited, as a plural noun. */
    public String what() {
        return what;
    }

    /** Returns the limit. */
    public int limit() {
        return limit;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
