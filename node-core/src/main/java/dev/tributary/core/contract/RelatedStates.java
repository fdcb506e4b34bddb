package dev.tributary.core.contract;

import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import reactor.core.publisher.Mono;

/** Finds the states of contracts that another contract asks for. */
@FunctionalInterface
public interface RelatedStates {

    /** The state, or empty if there is none at hand. Each subscription looks again. */
    Mono<State> find(ContractInstanceId id);

    /** Finds nothing. */
    static RelatedStates none() {
        return id -> Mono.empty();
    }
}
