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
import reactor.core.publisher.Sinks;

/** An event from inside the node: from its local clients, operations and timers. */
public sealed interface LocalEvent extends LoopEvent {

    /** The kinds of local events. */
    enum Kind {
        PUT_REQUESTED,
        GET_REQUESTED,
        UPDATE_REQUESTED,
        MAINTENANCE_DUE,
        REDIAL_LOST_PEERS_DUE,
        PEERS_FOUND,
        BACKGROUND_WORK,
        PROBE
    }

    Kind kind();

    @Override
    default Source source() {
        return Source.NOTIFICATIONS;
    }

    /** A client requests a PUT. */
    record PutRequested(Contract contract, State state, ClientCall<PutReceipt> call) implements LocalEvent {

        @Override
        public Kind kind() {
            return Kind.PUT_REQUESTED;
        }
    }

    /** A client requests a GET. */
    record GetRequested(ContractInstanceId id, ClientCall<GetResult> call) implements LocalEvent {

        @Override
        public Kind kind() {
            return Kind.GET_REQUESTED;
        }
    }

    /** A client requests an UPDATE. */
    record UpdateRequested(ContractInstanceId id, StateChange change, ClientCall<UpdateReceipt> call)
            implements LocalEvent {

        @Override
        public Kind kind() {
            return Kind.UPDATE_REQUESTED;
        }
    }

    /** The next round of neighbour maintenance is due. */
    record MaintenanceDue() implements LocalEvent {

        @Override
        public Kind kind() {
            return Kind.MAINTENANCE_DUE;
        }
    }

    /** The next redial of lost peers is due. */
    record RedialLostPeersDue() implements LocalEvent {

        @Override
        public Kind kind() {
            return Kind.REDIAL_LOST_PEERS_DUE;
        }
    }

    /** A search for neighbours found peers that have reserved a slot for this node. */
    record PeersFound(List<PeerContact> contacts) implements LocalEvent {

        @Override
        public Kind kind() {
            return Kind.PEERS_FOUND;
        }
    }

    /** An operation has work to run in the background, whose result no caller uses. */
    record BackgroundWork(String description, int bytes, Mono<?> work) implements LocalEvent {

        @Override
        public Kind kind() {
            return Kind.BACKGROUND_WORK;
        }

        /** Work that holds no state bytes. */
        BackgroundWork(String description, Mono<?> work) {
            this(description, 0, work);
        }
    }

    /** A check whether the loop handles events: it completes the sink. */
    record Probe(Sinks.Empty<Void> handled) implements LocalEvent {

        @Override
        public Kind kind() {
            return Kind.PROBE;
        }
    }
}
