package dev.tributary.core.error;

/** A concurrency or queue limit is reached: the work was not started. */
public final class NodeBusyException extends NodeException {

    private final String resource;
    private final int limit;

    public NodeBusyException(String resource, int limit) {
        super(Kind.NODE_BUSY, "busy: limit of " + limit + " " + resource + " reached");
        this.resource = resource;
        this.limit = limit;
    }

    /** Returns what is limited, as a plural noun. */
    public String resource() {
        return resource;
    }

    /** Returns the limit. */
    public int limit() {
        return limit;
    }
}
