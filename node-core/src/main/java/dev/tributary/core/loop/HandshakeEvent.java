package dev.tributary.core.loop;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.peer.PeerLink;
import dev.tributary.core.value.PeerAddress;

/** What happens before a link is confirmed, and the confirmation itself. */
sealed interface HandshakeEvent extends NodeEvent {

    @Override
    default Source source() {
        return Source.HANDSHAKES;
    }

    /** A peer connected to us and proved who it is. */
    record Accepted(PeerLink link) implements HandshakeEvent {}

    /** A peer that we dialled answered and proved who it is. */
    record Dialled(PeerAddress address, PeerLink link) implements HandshakeEvent {}

    /** A peer that we dialled did not become a link; it is dialled again later. */
    record DialFailed(PeerAddress address, CloseReason reason) implements HandshakeEvent {}

    /** Somebody connected who has not proved anything yet. */
    record Arrived(PeerAddress from) implements HandshakeEvent {}

    /** Somebody who connected was given up before the proof. */
    record GivenUp(PeerAddress from, CloseReason reason) implements HandshakeEvent {}
}
