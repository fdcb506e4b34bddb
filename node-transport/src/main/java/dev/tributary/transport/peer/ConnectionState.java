package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerId;
import dev.tributary.transport.wire.Frame;

/** The state of a connection: a handshake or a link. Its callbacks run on the channel's event loop. */
interface ConnectionState {

    /** The TLS handshake succeeded and the peer's identity is verified. */
    void secured(PeerId peer);

    void frame(Frame frame);

    /** Bytes were read. Called after {@link #frame} for each frame that they completed. */
    void bytesRead();

    /** The channel is writable again. */
    void writable();

    /** A local error occurred, or the peer violated the protocol. */
    void failed(CloseReason reason);

    /** The connection is closed. This is the last callback. */
    void gone();
}
