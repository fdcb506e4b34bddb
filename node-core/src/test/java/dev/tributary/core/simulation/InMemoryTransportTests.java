package dev.tributary.core.simulation;

import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.peer.PeerTransportTests;

/** The transport without sockets keeps the same promises as the one with them. */
class InMemoryTransportTests extends PeerTransportTests {

    private final InMemoryNetwork network = InMemoryNetwork.create();

    @Override
    protected PeerTransport newTransport() {
        return network.transport();
    }
}
