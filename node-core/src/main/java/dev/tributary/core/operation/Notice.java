package dev.tributary.core.operation;

import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import java.util.List;

/**
 * What a neighbour is to be told of a contract.
 *
 * @param before what it is believed to hold
 * @param after what it will hold then
 * @param changes from the one to the other; none if the whole state is to be told instead
 * @param bytes about how many bytes the whole state has
 */
record Notice(StateDigest before, StateDigest after, List<StateChange> changes, int bytes) {

    /** Whether the whole state is to be told. */
    boolean whole() {
        return changes.isEmpty();
    }
}
