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
    private @Nullable InMemoryTransport transport;

    /** Whether the host is unreachable: it sends nothing, not even a reset. */
    private boolean unreachable;

    private long smallSentAt;
    private long allSentAt;
    private long processedAt;

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

    /** Queues a message on the uplink and returns when its last byte has left. Small messages overtake large ones. */
    long sendFinishedAt(long now, int bytes, boolean small, long bandwidth) {
        long duration = (long) (bytes * 1e9 / bandwidth);
        if (small) {
            smallSentAt = Math.max(now, smallSentAt) + duration;
            allSentAt = Math.max(smallSentAt, allSentAt + duration);
            return smallSentAt;
        }
        allSentAt = Math.max(now, allSentAt) + duration;
        return allSentAt;
    }

    /** Queues a message for processing and returns when the node has processed it. */
    long processFinishedAt(long now, long duration) {
        processedAt = Math.max(now, processedAt) + duration;
        return processedAt;
    }
}
