package dev.tributary.core.simulation;

import dev.tributary.core.peer.PeerTransport;
import dev.tributary.core.peer.PeerTransportTests;
import dev.tributary.core.value.Bytes;
import dev.tributary.core.value.PeerAddress;
import dev.tributary.core.value.PeerId;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The simulated transport fulfils the contract of transports. Runs in real time, which the shared tests require. */
class SimulatedTransportTests extends PeerTransportTests {

    private static final Scheduler THREAD = Schedulers.newSingle("simulated-network", true);

    private final SplittableRandom random = new SplittableRandom(1);
    private final SimulatedMedium medium = new SimulatedMedium(
            THREAD,
            System::nanoTime,
            new DelayModel(random, 1, NetworkConditions.good().withLatency(Duration.ofMillis(1), Duration.ofMillis(4))),
            Duration.ofSeconds(2));
    private int hosts;

    @AfterAll
    static void disposeThread() {
        THREAD.dispose();
    }

    @Override
    protected PeerTransport newTransport() {
        byte[] id = new byte[32];
        random.nextBytes(id);
        SimulatedHost host = medium.addHost(new PeerAddress("10.0.0." + ++hosts, 7475));
        return new InMemoryTransport(medium, new PeerId(Bytes.wrap(id)), host.address(), THREAD);
    }
}
