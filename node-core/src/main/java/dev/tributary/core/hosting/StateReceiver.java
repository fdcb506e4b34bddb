package dev.tributary.core.hosting;

import dev.tributary.core.contract.CallClass;
import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.util.List;
import reactor.core.publisher.Mono;

/** Merges incoming states and changes into the contracts that this node hosts. */
public interface StateReceiver {

    /**
     * Merges the state and emits the resulting state after its commit. Errors with
     * {@link dev.tributary.core.error.HostingBudgetException} if the hosting budget has no room, and with
     * {@link dev.tributary.core.error.PayloadTooLargeException} if the contract is larger than the whole budget; a
     * state that this node requested is then emitted without being stored.
     */
    Mono<State> store(StateOrigin origin, Contract contract, State incoming);

    /**
     * Applies a change to a hosted contract and emits the result after its commit; empty if this node does not host the
     * contract. Errors as {@link #store} does, and with {@link dev.tributary.core.error.ContractRejectedException} if
     * the contract rejects the change.
     */
    default Mono<ChangeResult> change(StateOrigin origin, ContractInstanceId id, StateChange change) {
        return change(origin, id, List.of(change));
    }

    /** The same for several changes, applied in order and committed together; all of them or none. */
    Mono<ChangeResult> change(StateOrigin origin, ContractInstanceId id, List<StateChange> changes);

    /**
     * Applies a change to a state of a contract and emits the result, which is not stored. Errors with
     * {@link dev.tributary.core.error.ContractRejectedException} if the contract rejects the change.
     */
    Mono<State> apply(CallClass callClass, Contract contract, State state, StateChange change);
}
