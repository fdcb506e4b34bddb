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
public sealed interface LocalEvent extends LoopEvent {

    @Override
    default Source source() {
        return Source.NOTIFICATIONS;
    }

    /** A client requests a PUT. */
    record PutRequested(Contract contract, State state, ClientCall<PutReceipt> call) implements LocalEvent {}

    /** A client requests a GET. */
    record GetRequested(ContractInstanceId id, ClientCall<GetResult> call) implements LocalEvent {}

    /** A client requests an UPDATE. */
    record UpdateRequested(ContractInstanceId id, StateChange change, ClientCall<UpdateReceipt> call)
            implements LocalEvent {}

    /** The next round of neighbour maintenance is due. */
    record MaintenanceDue() implements LocalEvent {}

    /** The next redial of lost peers is due. */
    record RedialLostPeersDue() implements LocalEvent {}

    /** A search for neighbours found peers that have reserved a slot for this node. */
    record PeersFound(List<PeerContact> contacts) implements LocalEvent {}

    /** An operation has work to run in the background, whose result no caller uses. */
    record BackgroundWork(String description, int bytes, Mono<?> work) implements LocalEvent {

        /** Work that holds no state bytes. */
        BackgroundWork(String description, Mono<?> work) {
            this(description, 0, work);
        }
    }
}
