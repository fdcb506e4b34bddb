package dev.tributary.core.operation;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import java.util.List;
import reactor.core.publisher.Mono;

/** Where states that are brought to this node go in. */
public interface Intake {

    /**
     * Takes the state in and emits what is held afterwards, once it is committed. Errors with
     * {@link dev.tributary.core.error.NoRoomException} if there is no room, and with
     * {@link dev.tributary.core.error.PayloadTooLargeException} if there never will be; what was asked for is emitted
     * nevertheless then, and not kept.
     */
    Mono<State> store(Bringer bringer, Contract contract, State brought);

    /**
     * Takes a change of the state that is held in and emits what came of it, once it is committed; empty if nothing is held.
     * Errors as {@link #store} does, and with {@link dev.tributary.core.error.ContractRejectedException} if the change does
     * not fit.
     */
    default Mono<Changed> change(Bringer bringer, ContractInstanceId id, StateChange change) {
        return change(bringer, id, List.of(change));
    }

    /** The same with several changes, one after the other and committed as one; all of them or none. */
    Mono<Changed> change(Bringer bringer, ContractInstanceId id, List<StateChange> changes);
}
