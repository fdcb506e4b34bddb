package dev.tributary.core.simulation;

import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.peer.PeerTransportTests;
import java.time.Duration;
import java.util.SplittableRandom;
import reactor.core.scheduler.Schedulers;

/** The transport without sockets fulfils the same contract as the TCP transport. */
class InMemoryTransportTests extends PeerTransportTests {

    private final InMemoryNetwork network =
            new InMemoryNetwork(Schedulers.parallel(), new SplittableRandom(1), Duration.ofSeconds(2));

    @Override
    protected PeerTransport newTransport() {
        return network.transport();
    }
}
