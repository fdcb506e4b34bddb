package dev.tributary.core.operation;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateDigest;

/**
 * What a change made of a state that was held.
 *
 * @param before the digest of the state before it
 * @param after that of the state after it
 * @param state the state after it, which is committed
 */
public record Changed(Contract contract, StateDigest before, StateDigest after, State state) {

    public ContractKey key() {
        return contract.key();
    }

    /** Whether there was anything new in it. */
    public boolean changed() {
        return !before.equals(after);
    }
}
