package dev.tributary.transport.client.message;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDelta;

/** The content of an UPDATE and of an update notification. The node sends only full states and deltas. */
public sealed interface UpdatePayload {

    /** A full state. */
    record FullState(State state) implements UpdatePayload {}

    /** A delta. */
    record Delta(StateDelta delta) implements UpdatePayload {}

    /** A full state and the delta that led to it. */
    record StateAndDelta(State state, StateDelta delta) implements UpdatePayload {}

    /** The state of a related contract, on which this contract depends. */
    record RelatedState(ContractInstanceId relatedTo, State state) implements UpdatePayload {}

    /** A delta of a related contract, on which this contract depends. */
    record RelatedDelta(ContractInstanceId relatedTo, StateDelta delta) implements UpdatePayload {}

    /** The state of a related contract, on which this contract depends, and the delta that led to it. */
    record RelatedStateAndDelta(ContractInstanceId relatedTo, State state, StateDelta delta) implements UpdatePayload {}
}
