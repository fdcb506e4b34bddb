package dev.tributary.core.loop;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import reactor.core.publisher.Mono;

/** What comes from inside the node: from its own clients, operations and timers. */
sealed interface Notification extends NodeEvent {

    @Override
    default Source source() {
        return Source.NOTIFICATIONS;
    }

    /** A client wants a contract stored. */
    record PutAsked(Contract contract, State state, Answer<PutReceipt> answer) implements Notification {}

    /** A client wants a contract's state. */
    record GetAsked(ContractInstanceId id, Answer<GetResult> answer) implements Notification {}

    /** An operation leaves work behind for which nobody waits. */
    record WorkLeft(String what, int bytes, Mono<?> work) implements Notification {

        /** Work that holds next to nothing. */
        WorkLeft(String what, Mono<?> work) {
            this(what, 0, work);
        }
    }
}
