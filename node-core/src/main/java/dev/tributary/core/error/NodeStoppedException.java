package dev.tributary.core.error;

/** The node is not running: the operation was not started, or did not complete before the node stopped. */
public final class NodeStoppedException extends NodeException {

    public NodeStoppedException() {
        super(Kind.NODE_STOPPED, "the node is not running");
    }
}
