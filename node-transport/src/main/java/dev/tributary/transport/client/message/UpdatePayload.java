package dev.tributary.transport.client.message;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;

/** What changes in an UPDATE, and in a notification of one. The node itself only ever sends a state or a delta. */
public sealed interface UpdatePayload {

    /** A full state. */
    record FullState(State state) implements UpdatePayload {}

    /** A change. */
    record Delta(StateDelta delta) implements UpdatePayload {}

    /** A full state, and the change that led to it. */
    record StateAndDelta(State state, StateDelta delta) implements UpdatePayload {}

    /** The state of another contract, which this one depends on. */
    record RelatedState(ContractInstanceId relatedTo, State state) implements UpdatePayload {}

    /** A change of another contract, which this one depends on. */
    record RelatedDelta(ContractInstanceId relatedTo, StateDelta delta) implements UpdatePayload {}

    /** The state of another contract, which this one depends on, and the change that led to it. */
    record RelatedStateAndDelta(ContractInstanceId relatedTo, State state, StateDelta delta) implements UpdatePayload {}
}
