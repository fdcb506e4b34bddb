package dev.tributary.core.storage;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractKey;
import dev.tributary.core.value.StateDigest;

/**
 * What a store knows of a contract without reading it.
 *
 * @param digest of the state
 * @param bytes the sizes of state and parameters, in bytes
 * @param codeBytes the size of the code, which contracts of the same code share
 */
public record Holding(ContractKey key, StateDigest digest, int bytes, int codeBytes, Demand demand) {

    /** What is known of this one. */
    public static Holding of(StoredContract stored) {
        Contract contract = stored.contract();
        int bytes = stored.state().size() + contract.parameters().bytes().size();
        return new Holding(
                contract.key(), stored.digest(), bytes, contract.code().bytes().size(), stored.demand());
    }
}
