package dev.tributary.core.value;

/** A change to a state that a node holds. */
public sealed interface StateChange {

    /** A full state to merge. */
    record Full(State state) implements StateChange {}

    /** A delta relative to a state that the sender knows of. */
    record Delta(StateDelta delta) implements StateChange {}

    /** A full state and a delta; the contract chooses which to use. */
    record FullAndDelta(State state, StateDelta delta) implements StateChange {}

    /** Returns the total size in bytes. */
    default long size() {
        if (this instanceof Full full) {
            return full.state().size();
        } else if (this instanceof Delta delta) {
            return delta.delta().size();
        }
        FullAndDelta both = (FullAndDelta) this;
        return (long) both.state().size() + both.delta().size();
    }
}
