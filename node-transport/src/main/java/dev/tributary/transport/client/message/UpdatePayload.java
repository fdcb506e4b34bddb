package dev.tributary.transport.client.message;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;

/** The content of an UPDATE and of an update notification. The node sends only full states and deltas. */
public sealed interface UpdatePayload {

    /** The kinds of payloads, one for each permitted type. */
    enum Kind {
        FULL_STATE,
        DELTA,
        STATE_AND_DELTA,
        RELATED_STATE,
        RELATED_DELTA,
        RELATED_STATE_AND_DELTA
    }

    Kind kind();

    /** Returns the total size of state and delta in bytes. */
    int size();

    /** A full state. */
    record FullState(State state) implements UpdatePayload {

        @Override
        public Kind kind() {
            return Kind.FULL_STATE;
        }

        @Override
        public int size() {
            return state.size();
        }
    }

    /** A delta. */
    record Delta(StateDelta delta) implements UpdatePayload {

        @Override
        public Kind kind() {
            return Kind.DELTA;
        }

        @Override
        public int size() {
            return delta.size();
        }
    }

    /** A full state and the delta that led to it. */
    record StateAndDelta(State state, StateDelta delta) implements UpdatePayload {

        @Override
        public Kind kind() {
            return Kind.STATE_AND_DELTA;
        }

        @Override
        public int size() {
            return state.size() + delta.size();
        }
    }

    /** The state of a related contract, on which this contract depends. */
    record RelatedState(ContractInstanceId relatedTo, State state) implements UpdatePayload {

        @Override
        public Kind kind() {
            return Kind.RELATED_STATE;
        }

        @Override
        public int size() {
            return state.size();
        }
    }

    /** A delta of a related contract, on which this contract depends. */
    record RelatedDelta(ContractInstanceId relatedTo, StateDelta delta) implements UpdatePayload {

        @Override
        public Kind kind() {
            return Kind.RELATED_DELTA;
        }

        @Override
        public int size() {
            return delta.size();
        }
    }

    /** The state of a related contract, on which this contract depends, and the delta that led to it. */
    record RelatedStateAndDelta(ContractInstanceId relatedTo, State state, StateDelta delta) implements UpdatePayload {

        @Override
        public Kind kind() {
            return Kind.RELATED_STATE_AND_DELTA;
        }

        @Override
        public int size() {
            return state.size() + delta.size();
        }
    }
}
