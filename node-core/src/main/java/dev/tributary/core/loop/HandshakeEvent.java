package dev.tributary.core.loop;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;

/** An event of a connection up to its handshake: a confirmed link, or what happened before. */
public sealed interface HandshakeEvent extends LoopEvent {

    /** The kinds of handshake events. */
    enum Kind {
        ACCEPTED,
        DIALLED,
        DIAL_FAILED,
        HANDSHAKE_STARTED,
        HANDSHAKE_FAILED
    }

    Kind kind();

    @Override
    default Source source() {
        return Source.HANDSHAKES;
    }

    /** An inbound connection completed the handshake; the peer's identity is verified. */
    record Accepted(PeerLink link) implements HandshakeEvent {

        @Override
        public Kind kind() {
            return Kind.ACCEPTED;
        }

        @Override
        public PeerId peer() {
            return link.peer();
        }
    }

    /** An outbound dial completed the handshake; the peer's identity is verified. */
    record Dialled(PeerAddress address, PeerLink link) implements HandshakeEvent {

        @Override
        public Kind kind() {
            return Kind.DIALLED;
        }

        @Override
        public PeerId peer() {
            return link.peer();
        }
    }

    /** An outbound dial failed. A gateway is redialled later. */
    record DialFailed(PeerAddress address, CloseReason reason) implements HandshakeEvent {

        @Override
        public Kind kind() {
            return Kind.DIAL_FAILED;
        }
    }

    /** An inbound connection was opened; its handshake is pending. */
    record HandshakeStarted(PeerAddress from) implements HandshakeEvent {

        @Override
        public Kind kind() {
            return Kind.HANDSHAKE_STARTED;
        }
    }

    /** An inbound connection was closed before its handshake completed. */
    record HandshakeFailed(PeerAddress from, CloseReason reason) implements HandshakeEvent {

        @Override
        public Kind kind() {
            return Kind.HANDSHAKE_FAILED;
        }
    }
}
