package dev.tributary.core.operation;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import reactor.core.publisher.Mono;

/** Where states that are brought to this node go in. */
@FunctionalInterface
public interface Intake {

    /**
     * Takes the state in and emits what is held afterwards, once it is committed.
     *
     * @param callClass for whom: what comes first when contracts are many
     */
    Mono<State> store(CallClass callClass, Contract contract, State brought);
}
