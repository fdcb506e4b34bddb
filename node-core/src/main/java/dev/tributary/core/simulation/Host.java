package dev.tributary.core.simulation;

import dev.tributary.core.value.PeerAddress;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One place in a simulated network: its address, its uplink, and whoever runs there now. Guarded by the medium. */
final class Host {

    private final int number;
    private final PeerAddress address;
    private final Set<Wire> wires = new LinkedHashSet<>();
    private @Nullable InMemoryTransport open;

    /** Whether it fell silent: nothing comes from it and nobody learns why. */
    private boolean dark;

    private long smallSentAt;
    private long allSentAt;
    private long processedAt;

    Host(int number, PeerAddress address) {
        this.number = number;
        this.address = address;
    }

    int number() {
        return number;
    }

    PeerAddress address() {
        return address;
    }

    Set<Wire> wires() {
        return wires;
    }

    @Nullable
    InMemoryTransport open() {
        return open;
    }

    void open(@Nullable InMemoryTransport transport) {
        open = transport;
    }

    boolean dark() {
        return dark;
    }

    void dark(boolean silent) {
        dark = silent;
    }

    /** When the last byte of a message has left, at this many bytes a second. Small messages overtake large ones. */
    long send(long now, int bytes, boolean small, long bandwidth) {
        long takes = (long) (bytes * 1e9 / bandwidth);
        if (small) {
            smallSentAt = Math.max(now, smallSentAt) + takes;
            allSentAt = Math.max(smallSentAt, allSentAt + takes);
            return smallSentAt;
        }
        allSentAt = Math.max(now, allSentAt) + takes;
        return allSentAt;
    }

    /** When the node has done with a message that arrives now. */
    long process(long now, long takes) {
        processedAt = Math.max(now, processedAt) + takes;
        return processedAt;
    }
}
