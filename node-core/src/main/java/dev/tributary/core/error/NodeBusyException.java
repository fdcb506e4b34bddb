package dev.tributary.core.error;

/** All the work that is admitted at once is under way: nothing was begun. */
public final class NodeBusyException extends NodeException {

    private final String what;
    private final int limit;

    public NodeBusyException(String what, int limit) {
        super("busy: " + limit + " " + what + " are under way, which is the limit");
        this.what = what;
        this.limit = limit;
    }

    /** What there is too much of. */
    public String what() {
        return what;
    }

    /** How many are admitted at once. */
    public int limit() {
        return limit;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
