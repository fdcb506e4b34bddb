package dev.tributary.core.value;

/** What somebody brings to a state that is held already. */
public sealed interface StateChange {

    /** Another whole state. */
    record Full(State state) implements StateChange {}

    /** What is missing relative to a state that the bringer knows of. */
    record Delta(StateDelta delta) implements StateChange {}

    /** Both, for contracts that use whichever they prefer. */
    record FullAndDelta(State state, StateDelta delta) implements StateChange {}

    /** The number of bytes brought. */
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
