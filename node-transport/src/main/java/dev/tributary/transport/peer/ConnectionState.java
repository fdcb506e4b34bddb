package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;
import dev.tributary.core.value.PeerId;
import dev.tributary.transport.wire.Frame;
import dev.tributary.transport.wire.LargeMessageGate;

/** The state of a connection: a handshake or a link. Its callbacks run on the channel's event loop. */
interface ConnectionState {

    /** The TLS handshake succeeded and the peer's identity is verified. */
    void onSecured(PeerId peer);

    void onFrame(Frame frame);

    /** Decides about a large message that the peer announces; see {@link LargeMessageGate}. */
    LargeMessageGate.Verdict admitLarge(int size, boolean mayWait);

    /** Bytes were read. Called after {@link #onFrame} for each frame that they completed. */
    void onBytesRead();

    /** The channel is writable again. */
    void onWritable();

    /** A local error occurred, or the peer violated the protocol. */
    void onFailure(CloseReason reason);

    /** The connection is closed. This is the last callback. */
    void onClosed();
}
