package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Other contracts that a contract is told of, each with its state where there is one. A contract asks for them with
 * {@link Verdict.RequestRelated} and {@link MergeOutcome.RequestRelated}.
 */
public record RelatedContracts(Map<ContractInstanceId, Optional<State>> states) {

    private static final RelatedContracts NONE = new RelatedContracts(Map.of());

    public RelatedContracts {
        states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
    }

    public static RelatedContracts none() {
        return NONE;
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

    /** These and others. */
    RelatedContracts and(RelatedContracts others) {
        Map<ContractInstanceId, Optional<State>> more = new LinkedHashMap<>(states);
        more.putAll(others.states);
        return new RelatedContracts(more);
    }
}
