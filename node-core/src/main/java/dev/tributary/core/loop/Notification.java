package dev.tributary.core.loop;

import dev.tributary.core.value.Contract;
import dev.tributary.core.value.ContractInstanceId;
import dev.tributary.core.value.GetResult;
import dev.tributary.core.value.PeerContact;
import dev.tributary.core.value.PutReceipt;
import dev.tributary.core.value.State;
import dev.tributary.core.value.StateChange;
import dev.tributary.core.value.UpdateReceipt;
import java.util.List;
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

    /** A client wants a contract's state changed. */
    record UpdateAsked(ContractInstanceId id, StateChange change, Answer<UpdateReceipt> answer)
            implements Notification {}

    /** It is time to look after the neighbours. */
    record UpkeepDue() implements Notification {}

    /** It is time to dial those again who are missed. */
    record AbsenteesDue() implements Notification {}

    /** A search for neighbours found peers that keep a place for this node. */
    record PeersFound(List<PeerContact> contacts) implements Notification {}

    /** An operation leaves work behind for which nobody waits. */
    record WorkLeft(String what, int bytes, Mono<?> work) implements Notification {

        /** Work that holds next to nothing. */
        WorkLeft(String what, Mono<?> work) {
            this(what, 0, work);
        }
    }
}
