package dev.tributary.core.hosting;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;

/**
 * The result of a change of a hosted contract.
 *
 * @param before digest of the state before the change
 * @param after digest of the state after the change
 * @param state the state after the change
 */
public record ChangeResult(Contract contract, StateDigest before, StateDigest after, State state) {

    public ContractKey key() {
        return contract.key();
    }

    /** Whether the change altered the state. */
    public boolean hasChanged() {
        return !before.equals(after);
    }
}
