package dev.tributary.core.hosting;

import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.StateDigest;
import java.util.List;

/**
 * An update of a contract that is due for a neighbour.
 *
 * @param before digest that the neighbour is assumed to hold
 * @param after digest that it holds after the update
 * @param changes the changes from one to the other, or none if the full state has to be sent
 * @param bytes approximate size of the full state in bytes
 */
record PendingUpdate(StateDigest before, StateDigest after, List<StateChange> changes, int bytes) {

    /** Whether the full state has to be sent. */
    boolean isFullState() {
        return changes.isEmpty();
    }
}
