package dev.tributary.core.contract;

import dev.tributary.core.error.ContractFailedException;
import dev.tributary.core.error.ContractFailedException.Failure;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The related contracts that are passed to a contract call, each with its state if that was found. A contract asks for
 * them with {@link Verdict.RequestRelated} and {@link MergeOutcome.RequestRelated}.
 */
public record RelatedContracts(Map<ContractInstanceId, Optional<State>> states) {

    /** Maximum number of contracts that a contract may ask for: the value that all nodes of the network use. */
    static final int MAX_RELATED = 10;

    private static final RelatedContracts NONE = new RelatedContracts(Map.of());

    public RelatedContracts {
        states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
    }

    public static RelatedContracts none() {
        return NONE;
    }

    /**
     * Throws {@link ContractFailedException} if the contract may not ask for these contracts: for itself, for none, or
     * for more than ten.
     *
     * @param function the function of the contract that asks
     */
    public static void requireAllowed(Contract contract, String function, List<ContractInstanceId> ids) {
        Set<ContractInstanceId> unique = Set.copyOf(ids);
        if (unique.contains(contract.id())) {
            throw unavailable(contract, function, "it asks for itself");
        }
        if (unique.isEmpty() || unique.size() > MAX_RELATED) {
            throw unavailable(
                    contract,
                    function,
                    "it asks for " + unique.size() + " others; 1 to " + MAX_RELATED + " are allowed");
        }
    }

    /** A copy with one more contract. */
    public RelatedContracts with(ContractInstanceId id, State state) {
        Map<ContractInstanceId, Optional<State>> more = new LinkedHashMap<>(states);
        more.put(id, Optional.of(state));
        return new RelatedContracts(more);
    }

    /** The ids of the contracts without a state. */
    List<ContractInstanceId> missing() {
        return states.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    static ContractFailedException unavailable(Contract contract, String function, String detail) {
        return new ContractFailedException(contract.key(), function, Failure.RELATED_UNAVAILABLE, detail);
    }

    /** A copy with the other contracts added. */
    RelatedContracts plus(RelatedContracts others) {
        Map<ContractInstanceId, Optional<State>> more = new LinkedHashMap<>(states);
        more.putAll(others.states);
        return new RelatedContracts(more);
    }
}
