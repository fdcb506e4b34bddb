package dev.tributary.core.storage;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.StateDigest;
import java.time.Instant;

/**
 * Metadata of a stored contract, available without reading its state.
 *
 * @param digest digest of the state
 * @param bytes size of state and parameters together, in bytes
 * @param codeBytes size of the code in bytes; contracts with the same code share it
 * @param changed time of the last change of the state on this node
 */
public record StoreEntry(
        ContractKey key, StateDigest digest, int bytes, int codeBytes, Instant changed, Demand demand) {

    /** The metadata of this contract. */
    public static StoreEntry of(StoredContract stored) {
        Contract contract = stored.contract();
        int bytes = stored.state().size() + contract.parameters().bytes().size();
        return new StoreEntry(
                contract.key(),
                stored.digest(),
                bytes,
                contract.code().bytes().size(),
                stored.changed(),
                stored.demand());
    }
}
