package dev.tributary.core.error;

/** The node is not running: the operation was not started, or did not complete before the node stopped. */
public final class NodeStoppedException extends NodeException {

    public NodeStoppedException() {
        this("the node is not running");
    }

    private NodeStoppedException(String message) {
        super(Kind.NODE_STOPPED, message);
    }

    /** Creates the failure of an operation that was under way: whether it took effect is not known. */
    public static NodeStoppedException duringOperation() {
        return new NodeStoppedException("the node stopped before the operation ended, its outcome is unknown");
    }
}
