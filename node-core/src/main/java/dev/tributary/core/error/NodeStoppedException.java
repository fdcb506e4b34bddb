package dev.tributary.core.error;

/** The node is stopped, is stopping, or was not started: the operation was not begun, or did not end. */
public final class NodeStoppedException extends NodeException {

    public NodeStoppedException() {
        super("the node is not running");
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
