package dev.tributary.core.simulation;

import dev.tributary.core.value.PeerAddress;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One host in a simulated network: its address, its uplink, and the transport open on it. Guarded by the medium. */
final class SimulatedHost {

    private final int number;
    private final PeerAddress address;
    private final Set<SimulatedConnection> connections = new LinkedHashSet<>();
    private final HostQueues queues = new HostQueues();
    private @Nullable InMemoryTransport transport;

    /** Whether the host is unreachable: it sends nothing, not even a reset. */
    private boolean unreachable;

    SimulatedHost(int number, PeerAddress address) {
        this.number = number;
        this.address = address;
    }

    int number() {
        return number;
    }

    PeerAddress address() {
        return address;
    }

    Set<SimulatedConnection> connections() {
        return connections;
    }

    HostQueues queues() {
        return queues;
    }

    @Nullable
    InMemoryTransport openTransport() {
        return transport;
    }

    void openTransport(@Nullable InMemoryTransport transport) {
        this.transport = transport;
    }

    boolean unreachable() {
        return unreachable;
    }

    void unreachable(boolean unreachable) {
        this.unreachable = unreachable;
    }
}
