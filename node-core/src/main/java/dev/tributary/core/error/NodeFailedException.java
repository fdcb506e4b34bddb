package dev.tributary.core.error;

import org.jspecify.annotations.Nullable;

/** A node stopped itself, since a part of it ended that it cannot work without. No request fails with this error. */
public final class NodeFailedException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String part;

    /** @param cause the error that ended the part, or null if it ended without one */
    public NodeFailedException(String part, @Nullable Throwable cause) {
        super("the node stopped itself, since a part of it ended: " + part, cause);
        this.part = part;
    }

    /** The part that ended. */
    public String part() {
        return part;
    }
}
