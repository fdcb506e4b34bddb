package dev.tributary.core.loop;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;

/** What happens on links that are confirmed. */
sealed interface TransportEvent extends NodeEvent {

    PeerLink link();

    @Override
    default Source source() {
        return Source.TRANSPORT;
    }

    /** The peer said something. */
    record Received(PeerLink link, PeerMessage message) implements TransportEvent {}

    /** The link is closed. It comes after everything that was received on it. */
    record Departed(PeerLink link, CloseReason reason) implements TransportEvent {}
}
