package dev.tributary.core.hosting;

import static dev.tributary.core.hosting.HostingFixture.NOON;
import static dev.tributary.core.hosting.HostingFixture.held;
import static dev.tributary.core.hosting.HostingFixture.holding;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.core.hosting.replica.NeighbourLocations;
import dev.tributary.core.message.Hosting;
import dev.tributary.core.request.PauseDetector;
import dev.tributary.core.storage.StoreEntry;
import dev.tributary.core.test.ScriptedPeer;
import dev.tributary.core.value.PeerId;
import dev.tributary.core.value.TimeSource;
import dev.tributary.core.value.TransactionId;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The heap that the table takes for each contract, with fifty neighbours of which some follow. */
class HostingMemoryTests {

    private static final int CONTRACTS = Integer.getInteger("tributary.contracts", 10_000);
    private static final int NEIGHBOURS = 50;

    /** Neighbours that report a replica of each contract. */
    private static final int REPORTING = Integer.getInteger("tributary.reporting", 4);

    private final TimeSource time = new TimeSource(Clock.fixed(NOON, ZoneOffset.UTC), () -> 0);
    private final HostingTable table = new HostingTable(
            HostingConfig.defaults(),
            3,
            key -> true,
            ScriptedPeer.idAt(0.5, 0),
            time,
            new PauseDetector(time),
            new SplittableRandom(1),
            VirtualTimeScheduler.create());

    @Test
    void contractTakesLessThanTwoKilobytesOfHeap() {
        List<PeerId> neighbours = IntStream.range(1, NEIGHBOURS + 1)
                .mapToObj(i -> ScriptedPeer.idAt((double) i / (NEIGHBOURS + 1), i))
                .toList();
        table.setNeighbours(NeighbourLocations.of(ScriptedPeer.idAt(0.5, 0), neighbours));
        long before = usedHeap();

        for (int i = 0; i < CONTRACTS; i++) {
            StoreEntry entry = holding(i, 100, 0);
            table.restore(entry);
            for (int reporting = 0; reporting < REPORTING; reporting++) {
                table.replicaTracker()
                        .answer(
                                neighbours.get((i + 13 * reporting) % NEIGHBOURS),
                                new Hosting.Offer(
                                        new TransactionId(1, i), Duration.ofSeconds(5), List.of(held(entry.key(), 1))));
            }
        }
        long perContract = (usedHeap() - before) / CONTRACTS;

        System.out.printf("contracts=%d bytes per contract=%d%n", table.ids().size(), perContract);
        assertThat(perContract).isLessThan(2000);
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
