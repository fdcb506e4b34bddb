package dev.tributary.core.contract;

import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;

/** What somebody brings to a state that is held already. */
public sealed interface StateChange {

    /** Another whole state. */
    record Full(State state) implements StateChange {}

    /** What is missing relative to a state that the bringer knows of. */
    record Delta(StateDelta delta) implements StateChange {}
}
