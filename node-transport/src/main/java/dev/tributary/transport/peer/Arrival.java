package dev.tributary.transport.peer;

import dev.tributary.core.peer.CloseReason;

/** An inbound connection whose handshake is not complete. Any thread. */
interface Arrival {

    /** Returns the address prefix of the peer, or its whole address if that is private: what limits are counted by. */
    String source();

    /** Starts the TLS handshake. */
    void start();

    /** Closes the connection for this reason. */
    void refuse(CloseReason reason);
}
