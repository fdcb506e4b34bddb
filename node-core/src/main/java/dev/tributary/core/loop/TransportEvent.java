package dev.tributary.core.loop;

import dev.tributary.core.message.PeerMessage;
import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TransactionId;

/** An event on a confirmed link. */
public sealed interface TransportEvent extends LoopEvent {

    /** The kinds of transport events. */
    enum Kind {
        RECEIVED,
        LINK_CLOSED
    }

    Kind kind();

    PeerLink link();

    @Override
    default Source source() {
        return Source.TRANSPORT;
    }

    @Override
    default PeerId peer() {
        return link().peer();
    }

    /** A message from the peer. */
    record Received(PeerLink link, PeerMessage message) implements TransportEvent {

        @Override
        public Kind kind() {
            return Kind.RECEIVED;
        }

        @Override
        public Object recordedKind() {
            return message.getClass();
        }

        @Override
        public TransactionId transaction() {
            return message.tx();
        }
    }

    /** The link was closed. Comes after all messages that were received on it. */
    record LinkClosed(PeerLink link, CloseReason reason) implements TransportEvent {

        @Override
        public Kind kind() {
            return Kind.LINK_CLOSED;
        }
    }
}
