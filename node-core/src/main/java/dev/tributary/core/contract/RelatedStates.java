package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import reactor.core.publisher.Mono;

/** Finds the states of related contracts. */
@FunctionalInterface
public interface RelatedStates {

    /** The state, or empty if it is not available. Each subscription searches again. */
    Mono<State> find(ContractInstanceId id);

    /** Finds nothing. */
    static RelatedStates none() {
        return id -> Mono.empty();
    }
}
