package dev.tributary.core.loop;

import dev.tributary.core.value.PeerContact;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An event from inside the node: from its local clients, operations and timers. */
public sealed interface LocalEvent extends LoopEvent {

    /** The kinds of local events. */
    enum Kind {
        CLIENT_REQUESTED,
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

    /**
     * A client requests an operation.
     *
     * @param name name of the event in logs and status
     * @param operation runs on subscription, on the loop thread
     */
    record ClientRequested<T>(String name, ClientCall<T> call, Mono<T> operation) implements LocalEvent {

        @Override
        public Kind kind() {
            return Kind.CLIENT_REQUESTED;
        }

        @Override
        public Object recordedKind() {
            return name;
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
