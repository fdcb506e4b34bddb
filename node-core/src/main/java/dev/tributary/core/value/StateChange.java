package dev.tributary.core.value;

/** A change to a state that a node holds. */
public sealed interface StateChange {

    /** The kinds of changes, one for each permitted type. */
    enum Kind {
        FULL,
        DELTA,
        FULL_AND_DELTA
    }

    Kind kind();

    /** Returns the total size in bytes. */
    long size();

    /** A full state to merge. */
    record Full(State state) implements StateChange {

        @Override
        public Kind kind() {
            return Kind.FULL;
        }

        @Override
        public long size() {
            return state.size();
        }
    }

    /** A delta relative to a state that the sender knows of. */
    record Delta(StateDelta delta) implements StateChange {

        @Override
        public Kind kind() {
            return Kind.DELTA;
        }

        @Override
        public long size() {
            return delta.size();
        }
    }

    /** A full state and a delta; the contract chooses which to use. */
    record FullAndDelta(State state, StateDelta delta) implements StateChange {

        @Override
        public Kind kind() {
            return Kind.FULL_AND_DELTA;
        }

        @Override
        public long size() {
            return (long) state.size() + delta.size();
        }
    }
}
