package dev.tributary.core.operation;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.State;
import reactor.core.publisher.Mono;

/** Where states that are brought to this node go in. */
@FunctionalInterface
public interface Intake {

    /**
     * Takes the state in and emits what is held afterwards, once it is committed. Errors with
     * {@link dev.tributary.core.error.NoRoomException} if there is no room, and with
     * {@link dev.tributary.core.error.PayloadTooLargeException} if there never will be; what was asked for is emitted
     * nevertheless then, and not kept.
     */
    Mono<State> store(Bringer bringer, Contract contract, State brought);
}
