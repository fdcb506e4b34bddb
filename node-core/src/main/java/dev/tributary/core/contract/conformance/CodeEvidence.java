package dev.tributary.core.contract.conformance;

import dev.tributary.core.limit.BoundedMap;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.PeerId;
import java.util.Optional;

/**
 * What was found at the contracts of one code. The code itself is at fault only if contracts that different peers brought
 * break the law, and more of them than keep it: otherwise the fault lies in the states of some contracts, and would
 * silence all others. Not thread-safe.
 */
final class CodeEvidence {

    /** Minimum number of contracts that break the law, and of different peers that brought them. */
    private static final int MIN_CONTRACTS = 3;

    /** Maximum number of remembered contracts of either kind. */
    private static final int MAX_CONTRACTS = 32;

    /** The peer that brought each contract that broke the law; empty for a client of this node. */
    private final BoundedMap<ContractInstanceId, Optional<PeerId>> broken =
            BoundedMap.leastRecentlyWritten(MAX_CONTRACTS);

    /** Contracts for which a merge that changed something kept the law. */
    private final BoundedMap<ContractInstanceId, Boolean> held = BoundedMap.leastRecentlyWritten(MAX_CONTRACTS);

    void recordHeld(ContractInstanceId id) {
        if (!broken.containsKey(id)) {
            held.put(id, true);
        }
    }

    /** Records a contract that is in quarantine now; returns whether the code is at fault. */
    boolean recordBroken(ContractInstanceId id, Optional<PeerId> sender) {
        held.remove(id);
        broken.put(id, sender);
        return broken.size() > held.size()
                && broken.values().stream().distinct().count() >= MIN_CONTRACTS;
    }
}
