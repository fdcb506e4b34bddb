package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerId;
import dev.tributary.transport.wire.Frame;

/** What a connection is just now: a handshake, or a link. It is told what happens, on the channel's event loop. */
interface Stage {

    /** The peer has proven who it is. */
    void secured(PeerId peer);

    void frame(Frame frame);

    /** Some bytes were read; the frames that they completed are told already. */
    void bytesRead();

    /** There is room again for {@link PeerChannel#write}. */
    void writable();

    /** Something went wrong on this side of the connection or was found wrong in what the peer sent. */
    void failed(CloseReason reason);

    /** The connection is closed. Nothing is told after this. */
    void gone();
}
