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
 * Other contracts that a contract is told of, each with its state where there is one. A contract asks for them with
 * {@link Verdict.RequestRelated} and {@link MergeOutcome.RequestRelated}.
 */
public record RelatedContracts(Map<ContractInstanceId, Optional<State>> states) {

    /** How many others a contract may ask for: the network's number. */
    static final int MOST = 10;

    private static final RelatedContracts NONE = new RelatedContracts(Map.of());

    public RelatedContracts {
        states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
    }

    public static RelatedContracts none() {
        return NONE;
    }

    /**
     * Throws {@link ContractFailedException} if the contract may not ask for these.
     *
     * @param function in which of its functions it asks
     */
    public static void requireAllowed(Contract contract, String function, List<ContractInstanceId> ids) {
        Set<ContractInstanceId> unique = Set.copyOf(ids);
        if (unique.contains(contract.id())) {
            throw unrelated(contract, function, "it asks for itself");
        }
        if (unique.isEmpty() || unique.size() > MOST) {
            throw unrelated(
                    contract, function, "it asks for " + unique.size() + " others; 1 to " + MOST + " are allowed");
        }
    }

    /** These and one more. */
    public RelatedContracts with(ContractInstanceId id, State state) {
        Map<ContractInstanceId, Optional<State>> more = new LinkedHashMap<>(states);
        more.put(id, Optional.of(state));
        return new RelatedContracts(more);
    }

    /** Those without a state. */
    List<ContractInstanceId> missing() {
        return states.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    static ContractFailedException unrelated(Contract contract, String function, String detail) {
        return new ContractFailedException(contract.key(), function, Failure.RELATED_UNAVAILABLE, detail);
    }

    /** These and others. */
    RelatedContracts and(RelatedContracts others) {
        Map<ContractInstanceId, Optional<State>> more = new LinkedHashMap<>(states);
        more.putAll(others.states);
        return new RelatedContracts(more);
    }
}
