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

/** An event from inside the node: from its local clients, operations and timers. */
sealed interface Notification extends NodeEvent {

    @Override
    default Source source() {
        return Source.NOTIFICATIONS;
    }

    /** A client requests a PUT. */
    record PutAsked(Contract contract, State state, Answer<PutReceipt> answer) implements Notification {}

    /** A client requests a GET. */
    record GetAsked(ContractInstanceId id, Answer<GetResult> answer) implements Notification {}

    /** A client requests an UPDATE. */
    record UpdateAsked(ContractInstanceId id, StateChange change, Answer<UpdateReceipt> answer)
            implements Notification {}

    /** The next round of neighbour maintenance is due. */
    record UpkeepDue() implements Notification {}

    /** The next redial of lost peers is due. */
    record AbsenteesDue() implements Notification {}

    /** A search for neighbours found peers that have reserved a slot for this node. */
    record PeersFound(List<PeerContact> contacts) implements Notification {}

    /** An operation has work to run in the background, whose result no caller uses. */
    record WorkLeft(String what, int bytes, Mono<?> work) implements Notification {

        /** Work that holds no state bytes. */
        WorkLeft(String what, Mono<?> work) {
            this(what, 0, work);
        }
    }
}
